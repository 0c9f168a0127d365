"""Pages about free times say free or not, and nothing of who made it so."""

import re
from datetime import time

import pytest
from werkzeug.test import TestResponse

from domain.actions.booking import book
from domain.actions.withdrawing import withdraw_slot
from domain.documents import Slot, User
from tests.conftest import Run
from tests.domain.conftest import House, in_days
from tests.webapp.browsing import HTMX, Browser
from tests.webapp.conftest import SignIn


@pytest.fixture
def slots(run: Run, house: House, doctor: User) -> dict[str, Slot]:
    """A free time, one that a patient has and one that the doctor took back."""
    free, booked, gone = (house.slot(doctor, start=time(hour)) for hour in (9, 10, 11))
    stranger = house.person(name="Quilla Featherby")
    run(book(booked.id, stranger, reason="quilla itches"))
    run(withdraw_slot(gone.id, doctor, reason="quilla holiday"))
    return {"free": free, "booked": booked, "gone": gone}


@pytest.mark.parametrize("signed", [False, True], ids=["anybody", "a-patient"])
def test_nothing_tells_a_booked_time_from_one_that_was_taken_back(
    browser: Browser, signed_in: SignIn, patient: User, slots: dict[str, Slot], signed: bool
) -> None:
    browser = signed_in(patient) if signed else browser
    booked, gone = (browser.get(f"/slots/{slots[one].id}") for one in ("booked", "gone"))
    assert booked.status_code == gone.status_code
    assert words(booked, slots["booked"]) == words(gone, slots["gone"])


@pytest.mark.parametrize("signed", [False, True], ids=["anybody", "a-patient"])
def test_lists_of_times_hold_the_free_ones_alone(
    browser: Browser,
    signed_in: SignIn,
    patient: User,
    doctor: User,
    slots: dict[str, Slot],
    signed: bool,
) -> None:
    browser = signed_in(patient) if signed else browser
    for path in ("/", "/?q=weiss", f"/doctors/{doctor.id}?date={in_days(7)}"):
        for headers in ({}, HTMX):
            text = browser.get(path, headers=headers).text
            assert str(slots["booked"].id) not in text
            assert str(slots["gone"].id) not in text
            for told in ("uilla", "eatherby", "patient_", "itches", "holiday"):
                assert told not in text, (path, told)


def words(page: TestResponse, slot: Slot) -> str:
    """Return a page without what differs between any two times and any two answers."""
    text = re.sub(r'value="[^"]*"', "", page.text).replace(str(slot.id), "ID")
    text = re.sub(r"\b\d{1,2}:\d\d(:\d\d)?\b|T\d\d:\d\d:\d\dZ|\d{10,}", "TIME", text)
    return " ".join(text.split())
