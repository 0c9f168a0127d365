"""One's own name, number and password."""

from datetime import timedelta

import pytest
from flask import Flask

from domain import clock
from domain.actions.booking import book
from domain.documents import Role, Slot, User
from tests.conftest import Run
from tests.domain.conftest import House, frozen
from tests.support.people import member
from tests.webapp.browsing import Browser
from tests.webapp.conftest import SignIn

ADDRESS, PASSWORD, NEW = "ann@example.org", "a long password", "another long one"
CHANGE = {"current_password": PASSWORD, "password": NEW}


@pytest.fixture
def ann(run: Run) -> User:
    return run(member(email=ADDRESS, password=PASSWORD, name="Ann"))


def test_another_name_stands_on_what_is_booked_already(
    house: House, signed_in: SignIn, patient: User, slot: Slot
) -> None:
    booked = house.run(book(slot.id, patient))
    answer = signed_in(patient).post(
        "/account/particulars", {"name": "Ann  Smith", "phone": "030 23125 001"}
    )
    assert answer.status_code == 303
    person, stored = house.now(patient), house.now(booked)
    assert (person.name, person.phone) == ("Ann Smith", "030 23125 001")
    assert (stored.patient_name, stored.patient_phone) == ("Ann Smith", "030 23125 001")
    assert "smith" in stored.words
    [event] = house.recorded("person.changed")
    assert event.changed == ("name", "phone")


def test_a_name_that_cannot_be_is_refused_beside_its_field(
    house: House, signed_in: SignIn, patient: User
) -> None:
    for wrong in ({"name": ""}, {"name": "x" * 121}, {"name": "A", "phone": "1" * 41}):
        answer = signed_in(patient).post("/account/particulars", wrong)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
    assert house.now(patient).name == patient.name
    assert house.recorded("person.changed") == []


def test_a_doctor_does_not_rename_the_times_that_are_offered(
    house: House, signed_in: SignIn, doctor: User, slot: Slot
) -> None:
    signed_in(doctor).post("/account/particulars", {"name": "Dr. Evil", "phone": "1"})
    assert (house.now(doctor).name, house.now(doctor).phone) == (doctor.name, "1")


def test_nobody_gets_another_role_this_way(house: House, signed_in: SignIn, patient: User) -> None:
    signed_in(patient).post("/account/particulars", {"name": "A", "role": "admin", "active": "0"})
    assert (house.now(patient).role, house.now(patient).active) == (Role.PATIENT, True)


def test_another_password_signs_out_every_other_browser(app: Flask, ann: User) -> None:
    here, there = Browser(app), Browser(app)
    for browser in (here, there):
        browser.post("/login", {"email": ADDRESS, "password": PASSWORD})
    with here.client.session_transaction() as session:
        before = dict(session)
    assert here.post("/account/password", CHANGE).status_code == 303
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
    thief = Browser(app)
    with thief.client.session_transaction() as session:
        session.update(before)
    assert thief.get("/account").status_code == 303
    assert there.post("/login", {"email": ADDRESS, "password": PASSWORD}).status_code == 422
    assert there.post("/login", {"email": ADDRESS, "password": NEW}).status_code == 303


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"current_password": "not it"}, "current_password"),
        ({"password": "short"}, "password"),
        ({"password": "password1"}, "password"),
    ],
)
def test_a_refused_change_of_password_changes_nothing(
    browser: Browser, house: House, ann: User, changes: dict[str, str], field: str
) -> None:
    browser.post("/login", {"email": ADDRESS, "password": PASSWORD})
    answer = browser.post("/account/password", {**CHANGE, **changes})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert house.now(ann).password_hash == ann.password_hash


def test_whoever_finds_an_open_browser_does_not_guess_the_password(
    browser: Browser, ann: User
) -> None:
    browser.post("/login", {"email": ADDRESS, "password": PASSWORD})
    wrong = {**CHANGE, "current_password": "not it"}
    statuses = [browser.post("/account/password", wrong).status_code for _ in range(7)]
    assert statuses == [422] * 5 + [429] * 2
    with frozen(clock.now() + timedelta(minutes=1)):
        assert browser.post("/account/password", CHANGE).status_code == 303
