"""Staff, as an administrator looks after it in the browser."""

import re

import pytest

from domain.actions.booking import book
from domain.documents import Role, Slot, User
from tests.conftest import Run
from tests.domain.conftest import House, in_days
from tests.webapp.browsing import Browser, attributes, message
from tests.webapp.conftest import SignIn


@pytest.fixture
def admin(house: House) -> User:
    return house.person(Role.ADMIN, "Ann Admin")


@pytest.fixture
def office(admin: User, signed_in: SignIn) -> Browser:
    return signed_in(admin)


def test_a_colleague_is_added_and_listed(office: Browser) -> None:
    form = {"name": "Grace Hopper", "email": "grace@example.org", "role": "receptionist"}
    answer = office.post("/people/add", form)
    assert (answer.status_code, answer.location) == (303, "/people")
    page = office.get("/people")
    assert "Grace Hopper is added" in message(page)
    assert "grace@example.org" in page.text


def test_the_way_to_another_link_is_called_what_it_is_called_there(office: Browser) -> None:
    [named] = re.findall("“(.*?)” on the sign-in page", office.get("/people/add").text)
    office.post("/logout")
    assert f">{named}</a>" in office.get("/login").text


@pytest.mark.parametrize(
    ("field", "typed"),
    [("name", ""), ("email", "no address"), ("role", "patient"), ("role", "owner"), ("name", "\0")],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(
    office: Browser, house: House, field: str, typed: str
) -> None:
    before = house.everything()
    form = {"name": "Grace Hopper", "email": "grace@example.org", "role": "doctor", field: typed}
    answer = office.post("/people/add", form)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert ("Grace Hopper" in answer.text) or ("grace@example.org" in answer.text)
    assert house.everything() == before


def test_name_and_role_are_changed(office: Browser, house: House) -> None:
    desk = house.person(Role.RECEPTIONIST)
    form = {"name": "Grace King", "role": "doctor", "specialty": "Surgery"}
    assert office.post(f"/people/{desk.id}", form).status_code == 303
    now = house.now(desk)
    assert (now.name, now.role, now.specialty) == ("Grace King", Role.DOCTOR, "Surgery")


def test_a_closed_account_is_shut_at_once_and_can_be_opened_again(
    office: Browser, house: House, signed_in: SignIn
) -> None:
    desk = house.person(Role.RECEPTIONIST)
    theirs = signed_in(desk)
    assert theirs.get("/desk").status_code == 200
    assert office.post(f"/people/{desk.id}/deactivate").status_code == 303
    assert theirs.get("/desk").status_code == 303
    assert "Closed accounts" in office.get("/people").text
    assert office.post(f"/people/{desk.id}/deactivate").status_code == 409
    assert office.post(f"/people/{desk.id}/reactivate").status_code == 303
    assert theirs.get("/desk").status_code == 303
    assert signed_in(desk).get("/desk").status_code == 200


def test_nobody_is_offered_to_close_their_own_account(
    office: Browser, admin: User, house: House
) -> None:
    closing = "/people/{}/deactivate"
    other = house.person(Role.ADMIN)
    assert closing.format(other.id) in office.get(f"/people/{other.id}").text
    own = office.get(f"/people/{admin.id}").text
    assert closing.format(admin.id) not in own
    assert "This is your own account." in own
    assert "What you saw and changed" in own


def test_closing_a_doctors_account_leads_to_what_is_booked_there(
    office: Browser, house: House, doctor: User, slot: Slot, run: Run
) -> None:
    later = house.slot(doctor, day=in_days(30))
    booked = [run(book(one.id, house.person())) for one in (slot, later)]
    elsewhere = run(book(house.slot(house.person(Role.DOCTOR)).id, house.person()))
    answer = office.post(f"/people/{doctor.id}/deactivate")
    assert answer.status_code == 303
    page = office.get(answer.location)
    assert "2 appointments are still booked there" in message(page)
    assert attributes(page, "data-appointment-id") == [str(one.id) for one in booked]
    assert str(elsewhere.id) not in page.text


def test_the_last_administrator_is_told_to_name_another_one(office: Browser, admin: User) -> None:
    answer = office.post(f"/people/{admin.id}/deactivate")
    assert answer.status_code == 409
    assert "last administrator" in message(answer)
    demoted = office.post(f"/people/{admin.id}", {"name": admin.name, "role": "doctor"})
    assert demoted.status_code == 409
    assert "last administrator" in demoted.text


def test_patients_are_not_found_among_staff(
    office: Browser, patient: User, house: House, run: Run
) -> None:
    before = house.everything()
    paths = (f"/people/{patient.id}", "/people/0123", "/people/0123456789abcdef01234567")
    assert {office.get(path).status_code for path in paths} == {404}
    form = {"name": "X", "role": "admin"}
    assert office.post(f"/people/{patient.id}", form).status_code == 404
    assert house.everything() == before
