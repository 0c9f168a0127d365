"""One thing that is stored and cannot be read is missing from lists, and breaks none."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest

from domain.actions.booking import book
from domain.changing import change_one
from domain.documents import Appointment, EventRecord, Slot, User
from domain.queries import desk_days
from tests.domain.conftest import House, in_days
from tests.webapp.browsing import Browser, attributes
from tests.webapp.conftest import SignIn

SPOILT = {
    Slot: {"wall_start": 7},
    Appointment: {"patient_name": None},
    EventRecord: {"kind": "appointment.dreamt"},
}


def spoil(house: House, kind: type[Any], where: dict[str, Any]) -> None:
    assert house.run(change_one(kind, where, {"$set": SPOILT[kind]}))


def spoilt_event(house: House, about: Appointment) -> EventRecord:
    """Return the event of a booking, which cannot be read any more."""
    created = {"subject_id": about.id, "kind": "appointment.created"}
    [event] = house.run(EventRecord.find(created).to_list())
    spoil(house, EventRecord, created)
    return event


@pytest.fixture
def day(house: House, doctor: User, patient: User) -> list[Appointment]:
    """Three appointments of one patient, the second of which cannot be read."""
    slots = [house.slot(doctor, start=time(hour)) for hour in (9, 10, 11)]
    booked = [house.run(book(slot.id, patient)) for slot in slots]
    spoil(house, Appointment, {"_id": booked[1].id})
    return booked


LISTS: dict[str, Callable[[], str]] = {
    "a day": lambda: f"/desk?date={in_days(7)}",
    "many days": lambda: f"/desk?date={in_days(7)}&until={in_days(60)}",
    "a search": lambda: f"/desk?date={in_days(7)}&until={in_days(60)}&q=patient",
    "for spreadsheets": lambda: f"/desk.csv?date={in_days(7)}",
    "on paper": lambda: f"/desk/print?date={in_days(7)}",
}


@pytest.mark.parametrize("address", LISTS.values(), ids=list(LISTS))
def test_the_desk_sees_all_other_appointments(
    desk: Browser, day: list[Appointment], address: Callable[[], str], caplog: Any
) -> None:
    page = desk.get(address())
    assert page.status_code == 200
    assert [one.reference in page.text for one in day] == [True, False, True]
    assert str(day[1].id) in caplog.text


def test_what_cannot_be_read_is_logged_at_the_first_of_many_looks(
    house: House, patient: User, day: list[Appointment], signed_in: SignIn, caplog: Any
) -> None:
    event = spoilt_event(house, day[0])
    browser = signed_in(patient)
    for _ in range(2):
        browser.get("/appointments")
        browser.get(f"/appointments/{day[0].id}")
    said = [one.getMessage() for one in caplog.records]
    about = [[words for words in said if str(one) in words] for one in (day[1].id, event.id)]
    assert [len(words) for words in about] == [1, 1]


@pytest.mark.parametrize("most", [1, 2])
def test_pieces_of_a_list_that_end_with_it_are_followed_by_others(
    desk: Browser, day: list[Appointment], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(desk_days, "_MOST_OF_A_PIECE", most)
    page = desk.get(LISTS["many days"]())
    assert attributes(page, "data-appointment-id") == [str(day[0].id), str(day[2].id)]


def test_a_doctor_sees_all_other_times_and_visits(
    house: House, doctor: User, day: list[Appointment], signed_in: SignIn
) -> None:
    spoil(house, Slot, {"_id": day[0].slot_id})
    page = signed_in(doctor).get(f"/calendar?date={in_days(7)}")
    assert page.status_code == 200
    assert [str(one.id) in page.text for one in day] == [False, False, True]
    assert str(day[1].slot_id) in page.text


def test_patients_see_all_other_times_and_appointments_of_theirs(
    house: House, doctor: User, patient: User, day: list[Appointment], signed_in: SignIn
) -> None:
    slots = [house.slot(doctor, start=time(hour)) for hour in (14, 15)]
    spoil(house, Slot, {"_id": slots[0].id})
    browser = signed_in(patient)
    mine = browser.get("/appointments")
    free = browser.get(f"/doctors/{doctor.id}?date={in_days(7)}")
    assert attributes(mine, "data-appointment-id") == [str(day[0].id), str(day[2].id)]
    assert attributes(free, "data-slot-id") == [str(slots[1].id)]


def test_an_appointment_is_shown_without_what_of_its_history_cannot_be_read(
    house: House, patient: User, day: list[Appointment], signed_in: SignIn, caplog: Any
) -> None:
    event = spoilt_event(house, day[0])
    page = signed_in(patient).get(f"/appointments/{day[0].id}")
    assert page.status_code == 200
    assert str(event.id) in caplog.text


def test_a_doctors_page_about_an_appointment_leaves_out_what_cannot_be_read_of_earlier_ones(
    doctor: User, day: list[Appointment], signed_in: SignIn
) -> None:
    page = signed_in(doctor).get(f"/appointments/{day[2].id}")
    assert page.status_code == 200
    assert [str(one.id) in page.text for one in day] == [True, False, True]
