"""The link in a message lets its reader act on one appointment, and on nothing else."""

from datetime import time, timedelta

import pytest

from domain import clock, links
from domain.actions.booking import book
from domain.actions.contact import change_address
from domain.actions.recovery import ask_for_reset
from domain.changing import change_one
from domain.documents import Appointment, Role, Slot, User
from domain.events import AppointmentCreated
from listeners.rendering import render
from tests.conftest import Run
from tests.domain.conftest import House, frozen, in_days
from tests.webapp.browsing import Browser, attributes, hidden, message
from tests.webapp.conftest import SignIn


@pytest.fixture
def booked(run: Run, slot: Slot, patient: User) -> Appointment:
    return run(book(slot.id, patient, reason="A private matter"))


@pytest.fixture
def link(booked: Appointment) -> str:
    return link_of(booked)


def link_of(appointment: Appointment) -> str:
    token = links.manage_token(appointment.id, appointment.link_nonce, appointment.patient_email)
    return f"/manage/{token}"


def test_the_link_stands_in_the_message(house: House, booked: Appointment, link: str) -> None:
    [event] = house.recorded("appointment.created")
    assert isinstance(event, AppointmentCreated)
    rendered = render(
        "appointment_created", event, "https://book.example.org", booked.patient_email
    )
    for part in (rendered.text, rendered.html):
        assert f"https://book.example.org{link}" in part


def test_looking_changes_nothing_and_tells_no_other_page(
    browser: Browser, house: House, booked: Appointment, link: str, patient: User
) -> None:
    before = house.everything()
    for path in (link, f"{link}?date={clock.now().date()}"):
        for ask in (browser.client.get, browser.client.head):
            answer = ask(path)
            assert answer.status_code == 200
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cache-Control"] == "no-store"
    assert house.everything() == before
    page = browser.get(link).text
    assert booked.reference in page
    assert "A private matter" not in page
    assert patient.name not in page


def test_paper_does_not_name_whoever_is_signed_in_on_the_same_machine(
    signed_in: SignIn, house: House, link: str
) -> None:
    relative = house.person(Role.PATIENT, name="Quilla Featherby")
    page = signed_in(relative).get(link).text
    assert "Printed on" in page
    assert "for Quilla Featherby" not in page


def test_one_cancels_without_signing_in(
    browser: Browser, house: House, booked: Appointment, link: str
) -> None:
    answer = browser.post(link, {"action": "cancel", "reason": "Better again"})
    assert (answer.status_code, answer.headers["Location"]) == (303, link)
    stored = house.now(booked)
    assert (stored.status, stored.cancelled_by) == ("cancelled", booked.patient_id)
    assert "The appointment is cancelled." in message(browser.get(link))
    assert browser.post(link, {"action": "cancel"}).status_code == 409


def test_one_moves_without_signing_in(
    browser: Browser, house: House, booked: Appointment, link: str, doctor: User
) -> None:
    other = house.slot(doctor, start=time(11))
    page = browser.get(f"{link}?date={other.starts_at.date()}")
    assert str(other.id) in attributes(page, "data-slot-id")
    for _ in range(2):  # a second click is told the same
        assert browser.post(link, {"slot_id": str(other.id)}).status_code == 303
        assert "The appointment is moved." in message(browser.get(link))
    assert house.now(booked).slot_id == other.id


def test_the_way_to_another_time_leads_to_the_first_week_that_has_one(
    browser: Browser, house: House, booked: Appointment, link: str, doctor: User
) -> None:
    other = house.slot(doctor, day=in_days(21), start=time(11))
    [way] = [path for path in attributes(browser.get(link), "href") if path.startswith(link)]
    page = browser.get(way)
    assert attributes(page, "data-slot-id") == [str(other.id)]
    assert "No free times in the week shown" not in page.text


def test_who_chooses_another_time_sees_the_way_to_keep_this_one_above_all_others(
    browser: Browser, house: House, booked: Appointment, link: str, doctor: User
) -> None:
    house.slot(doctor, start=time(11))
    page = browser.get(f"{link}?date={booked.starts_at.date()}").text
    assert "<h1>Move to another time</h1>" in page
    assert page.index(f'href="{link}">') < page.index("data-slot-id")


def test_an_empty_week_shows_the_nearest_free_times_to_choose_from(
    browser: Browser, house: House, booked: Appointment, link: str, doctor: User
) -> None:
    other = house.slot(doctor, start=time(11))
    page = browser.get(f"{link}?date={in_days(21)}")
    assert "No free times in the week shown" in page.text
    assert attributes(page, "data-slot-id") == [str(other.id)]
    assert browser.post(link, hidden(page) | {"slot_id": str(other.id)}).status_code == 303
    assert house.now(booked).slot_id == other.id


def test_who_finds_no_free_time_at_all_is_told_to_call(browser: Browser, link: str) -> None:
    page = browser.get(f"{link}?date=")
    assert "has no free times at the moment. Please call the practice." in page.text


@pytest.mark.parametrize("fields", [{}, {"action": "delete"}, {"slot_id": ""}])
def test_what_nobody_asked_for_is_not_done(
    browser: Browser, house: House, booked: Appointment, link: str, fields: dict[str, str]
) -> None:
    assert browser.post(link, fields).status_code == 422
    assert house.now(booked).status == "booked"


def test_without_a_form_token_nothing_happens(
    browser: Browser, house: House, booked: Appointment, link: str
) -> None:
    assert browser.client.post(link, data={"action": "cancel"}).status_code == 400
    assert house.now(booked).status == "booked"


def test_the_link_says_that_it_moves_or_cancels_only_while_it_does(
    browser: Browser, booked: Appointment, link: str
) -> None:
    promise = "Whoever has this link can move or cancel this appointment."
    assert promise in browser.get(link).text
    with frozen(booked.starts_at):
        assert promise not in browser.get(link).text
    assert browser.post(link, {"action": "cancel"}).status_code == 303
    assert promise not in browser.get(link).text


def test_the_link_ends_with_the_appointment(
    browser: Browser, booked: Appointment, link: str
) -> None:
    with frozen(booked.ends_at - timedelta(seconds=1)):
        assert browser.get(link).status_code == 200
    with frozen(booked.ends_at):
        assert browser.get(link).status_code == 404


def test_the_link_ends_when_the_patient_is_written_to_elsewhere(
    browser: Browser, house: House, booked: Appointment, link: str
) -> None:
    desk = house.person(Role.RECEPTIONIST)
    house.run(change_address(booked.patient_id, "new@example.org", desk))
    assert browser.get(link).status_code == 404
    assert browser.get(link_of(house.now(booked))).status_code == 200


def test_the_link_ends_with_the_account(
    browser: Browser, run: Run, booked: Appointment, link: str
) -> None:
    run(change_one(User, {"_id": booked.patient_id}, {"$set": {"active": False}}))
    assert browser.get(link).status_code == 404


def test_no_other_link_leads_anywhere(
    browser: Browser, house: House, booked: Appointment, link: str, doctor: User
) -> None:
    other = house.run(book(house.slot(doctor, start=time(13)).id, house.person()))
    foreign = link_of(other)
    mixed = f"/manage/{booked.id}{foreign.removeprefix('/manage/')[24:]}"
    without_nonce = links.manage_token(booked.id, "", booked.patient_email)
    for path in (mixed, link[:-1], f"{link}x", f"/manage/{booked.id}", "/manage/x", "/manage/%00"):
        assert browser.get(path).status_code == 404, path
        assert browser.post(path, {"action": "cancel"}).status_code == 404
    house.run(change_one(Appointment, {"_id": booked.id}, {"$set": {"link_nonce": ""}}))
    assert browser.get(f"/manage/{without_nonce}").status_code == 404
    assert house.now(booked).status == "booked"


def test_nothing_in_the_database_opens_the_link(
    house: House, booked: Appointment, link: str
) -> None:
    assert link.removeprefix("/manage/")[24:] not in repr(house.everything())


def test_a_desk_page_still_opens_after_the_patient_changed_the_password(
    house: House, signed_in: SignIn, booked: Appointment
) -> None:
    house.run(ask_for_reset(booked.patient_email))
    desk = signed_in(house.person(Role.RECEPTIONIST))
    assert desk.get(f"/appointments/{booked.id}").status_code == 200
