"""One's own data, taken home and erased in the browser."""

import json

import pytest
from flask import Flask

from domain.actions.accounts import add_person
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.documents import Appointment, Role, Slot, User
from tests.conftest import Run
from tests.domain.conftest import House
from tests.webapp.browsing import Browser, message
from tests.webapp.conftest import SignIn
from tests.webapp.test_notifications import told

PASSWORD = "a long quilla password"


@pytest.fixture
def quilla(run: Run) -> User:
    return run(
        add_person(role=Role.PATIENT, email="quilla@example.org", name="Quilla", password=PASSWORD)
    )


@pytest.fixture
def browser(quilla: User, signed_in: SignIn) -> Browser:
    return signed_in(quilla)


@pytest.fixture
def booked(run: Run, quilla: User, slot: Slot) -> Appointment:
    return run(book(slot.id, quilla, reason="An itch"))


def test_the_file_holds_what_is_stored_about_oneself_and_about_nobody_else(
    browser: Browser, run: Run, house: House, signed_in: SignIn, booked: Appointment
) -> None:
    other = house.person(name="Somebody Else")
    run(book(house.slot(house.person(Role.DOCTOR)).id, other, reason="Another itch"))
    desk = house.person(Role.RECEPTIONIST, "Nosy Parker")
    signed_in(desk).get(f"/appointments/{booked.id}").close()
    answer = browser.get("/account/data.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    found = json.loads(answer.text)
    assert found["account"]["email"] == "quilla@example.org"
    [mine] = found["appointments"]
    assert (mine["reference"], mine["reason"]) == (booked.reference, "An itch")
    looks = [(one["what"], one["by"]) for one in found["seen_and_changed_by"]]
    assert looks[0] == ("seen:appointments.show", "receptionist")
    for foreign in ("Somebody", "Another", "Nosy", "password", "digest"):
        assert foreign not in answer.text


def test_who_erases_the_account_is_out_and_forgotten(
    browser: Browser, house: House, quilla: User
) -> None:
    assert "Erase my account" in browser.get("/account").text
    answer = browser.post("/account/erase", {"password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/")
    assert "is erased" in message(browser.get("/"))
    assert browser.get("/account").status_code == 303
    assert house.now(quilla).name == "Erased patient"


def test_a_wrong_password_or_an_appointment_ahead_erases_nothing(
    browser: Browser, house: House, run: Run, quilla: User, booked: Appointment
) -> None:
    wrong = browser.post("/account/erase", {"password": "wrong"})
    assert (wrong.status_code, 'id="password-error"' in wrong.text) == (422, True)
    asked = browser.get("/account/erase")
    assert f'href="/appointments/{booked.id}"' in asked.text
    assert "You have an appointment ahead" in asked.text
    assert 'name="password"' not in asked.text
    ahead = browser.post("/account/erase", {"password": PASSWORD})
    assert ahead.status_code == 409
    assert "cancel it first" in message(ahead)
    assert house.now(quilla).name == "Quilla"
    run(cancel(booked.id, quilla))
    assert 'name="password"' in browser.get("/account/erase").text
    assert browser.post("/account/erase", {"password": PASSWORD}).status_code == 303


def test_staff_finds_no_way_to_erase_itself(house: House, signed_in: SignIn) -> None:
    browser = signed_in(house.person(Role.DOCTOR))
    assert "/account/erase" not in browser.get("/account").text
    assert browser.post("/account/erase", {"password": "x"}).status_code == 403


def test_messages_to_the_same_address_about_somebody_else_are_not_in_the_file(
    app: Flask, browser: Browser, run: Run, booked: Appointment
) -> None:
    told(run, booked, state="sent")
    stranger, wish = Browser(app), {"email": "quilla@example.org", "name": "Eve"}
    assert stranger.post("/register", {**wish, "password": PASSWORD}).status_code == 303
    assert len(browser.get("/account/data.json").json["messages"]) == 1
    assert stranger.get("/account/data.json").json["messages"] == []
