"""Patients who ask the practice to be erased, in the browser."""

import pytest

from domain.actions.accounts import add_person
from domain.actions.booking import book_for_newcomer
from domain.actions.cancelling import cancel
from domain.documents import Appointment, AuditEntry, Role, Slot, User
from tests.conftest import Run
from tests.domain.conftest import House
from tests.webapp.browsing import HTMX, Browser, message
from tests.webapp.conftest import SignIn

PASSWORD = "the administrators own"


@pytest.fixture
def admin(run: Run) -> User:
    return run(
        add_person(role=Role.ADMIN, email="root@example.org", name="Ada Min", password=PASSWORD)
    )


@pytest.fixture
def receptionist(house: House) -> User:
    return house.person(Role.RECEPTIONIST)


@pytest.fixture
def browser(admin: User, signed_in: SignIn) -> Browser:
    return signed_in(admin)


@pytest.fixture
def quilla(run: Run, slot: Slot, receptionist: User) -> Appointment:
    """An appointment of somebody who was entered at the desk and has no password."""
    newcomer = {"name": "Quilla Featherby", "email": "quilla@example.org", "reason": "An itch"}
    return run(book_for_newcomer(slot.id, actor=receptionist, **newcomer))


def test_an_administrator_finds_and_erases_a_patient_without_a_password(
    browser: Browser, run: Run, house: House, admin: User, quilla: Appointment
) -> None:
    run(cancel(quilla.id, admin, reason="asked to be erased"))
    found = browser.post("/patients", {"q": "quilla"})
    path = f"/patients/{quilla.patient_id}/erase"
    assert path in found.text
    assert path in browser.get(f"/appointments/{quilla.id}").text
    assert "Quilla Featherby" in browser.get(path).text
    answer = browser.post(path, {"password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/patients")
    assert "is erased" in message(browser.get("/patients"))
    assert (house.now(quilla).patient_name, house.now(quilla).reason) == ("Erased patient", "")
    [entry] = run(AuditEntry.find({"what": "person.erased"}).to_list())
    assert (entry.actor_id, entry.people) == (admin.id, [quilla.patient_id])
    assert browser.get(path).status_code == 404
    assert path not in browser.get(f"/appointments/{quilla.id}").text


def test_a_list_of_patients_says_that_it_shows_not_all(browser: Browser, house: House) -> None:
    for number in range(11):
        house.person(name=f"Ada {number:02}")
    page = browser.post("/patients", {"q": "ada"}).text
    assert '<p role="status"><span class="no-print">Not all are shown: ' in page
    assert '<span class="only-print">Not all are shown.</span>' in page
    assert '<p class="only-print">Name or e-mail address: <q>ada</q></p>' in page
    assert "Not all are shown" not in browser.post("/patients", {"q": "ada 10"}).text


def test_a_patient_who_was_erased_is_called_so_in_the_readers_language(
    browser: Browser, run: Run, admin: User, quilla: Appointment
) -> None:
    run(cancel(quilla.id, admin, reason="asked to be erased"))
    browser.post(f"/patients/{quilla.patient_id}/erase", {"password": PASSWORD})
    day = f"date={quilla.starts_at.date()}"
    for path in (
        f"/desk?{day}",
        f"/desk/print?{day}",
        f"/appointments/{quilla.id}",
        f"/audit?person={quilla.patient_id}",
    ):
        page = browser.get(path, headers={"Accept-Language": "de"}).text
        assert "Erased patient" not in page, path
        assert "Patient (Daten gelöscht)" in page, path


def test_nobody_is_offered_to_write_to_a_patient_who_was_erased(
    browser: Browser, run: Run, admin: User, quilla: Appointment
) -> None:
    run(cancel(quilla.id, admin, reason="asked to be erased"))
    opened = (f"/appointments/{quilla.id}", {}), (f"/desk/{quilla.reference}", HTMX)
    for path, headers in opened:
        assert "mailto:" in browser.get(path, headers=headers).text
    browser.post(f"/patients/{quilla.patient_id}/erase", {"password": PASSWORD})
    for path, headers in opened:
        assert "mailto:" not in browser.get(path, headers=headers).text


def test_nobody_is_erased_by_whoever_sits_at_an_open_browser(
    browser: Browser, house: House, run: Run, admin: User, quilla: Appointment
) -> None:
    run(cancel(quilla.id, admin, reason="asked to be erased"))
    path = f"/patients/{quilla.patient_id}/erase"
    refusals = [browser.post(path, {"password": "guessed"}) for _ in range(6)]
    assert [one.status_code for one in refusals] == [422] * 5 + [429]
    assert 'id="password-error"' in refusals[0].text
    assert house.now(quilla).patient_name == "Quilla Featherby"


def test_an_appointment_ahead_is_shown_and_cancelled_first(
    browser: Browser, house: House, quilla: Appointment
) -> None:
    path = f"/patients/{quilla.patient_id}/erase"
    assert f"/appointments/{quilla.id}" in browser.get(path).text
    answer = browser.post(path, {"password": PASSWORD})
    assert answer.status_code == 409
    assert "cancel it first" in answer.text
    assert house.now(quilla).patient_name == "Quilla Featherby"


def test_only_patients_are_erased(browser: Browser, house: House, receptionist: User) -> None:
    path = f"/patients/{receptionist.id}/erase"
    assert browser.get(path).status_code == 404
    assert browser.post(path, {"password": PASSWORD}).status_code == 404
    assert house.now(receptionist).active


def test_the_reception_sees_no_way_to_erase(
    signed_in: SignIn, receptionist: User, quilla: Appointment
) -> None:
    shown = signed_in(receptionist).get(f"/appointments/{quilla.id}").text
    assert "Quilla Featherby" in shown
    assert "/erase" not in shown
