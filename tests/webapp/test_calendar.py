"""A doctor's week."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from domain import clinic
from domain.actions.booking import book
from domain.documents import Role, Slot, User
from tests.conftest import Run
from tests.domain.conftest import House, in_days
from tests.webapp.browsing import HTMX, attributes
from tests.webapp.conftest import SignIn


def test_the_week_shows_free_and_booked_times_with_the_way_to_each(
    signed_in: SignIn, house: House, doctor: User, slot: Slot, run: Run
) -> None:
    later = house.slot(doctor, start=time(10))
    booked = run(book(later.id, house.person(name="Grace Hopper")))
    page = signed_in(doctor).get(f"/calendar?date={in_days(7)}")
    assert attributes(page, "data-slot-id") == [str(slot.id), str(later.id)]
    assert attributes(page, "data-status") == ["open", "booked"]
    assert attributes(page, "data-appointment-id") == [str(booked.id)]
    assert attributes(page, "data-starts-at")[0] == f"{slot.starts_at:%Y-%m-%dT%H:%M:%SZ}"
    assert f'href="/slots/{slot.id}/withdraw"' in page.text
    assert f'href="/appointments/{booked.id}"' in page.text
    assert "Grace Hopper" in page.text


def test_only_the_doctors_own_times_are_shown(signed_in: SignIn, house: House, slot: Slot) -> None:
    page = signed_in(house.person(Role.DOCTOR)).get(f"/calendar?date={in_days(7)}")
    assert attributes(page, "data-slot-id") == []


def test_a_slot_stands_at_its_place_and_has_its_length(
    signed_in: SignIn, house: House, doctor: User
) -> None:
    house.slot(doctor, start=time(9, 35), minutes=75)
    page = signed_in(doctor).get(f"/calendar?date={in_days(7)}")
    # Two hours and seven fives below 07:00; one hour and three fives long.
    assert "h2 m7 lh1 lm3" in page.text


def test_an_empty_week_says_what_to_do(signed_in: SignIn, doctor: User) -> None:
    page = signed_in(doctor).get(f"/calendar?date={in_days(400)}")
    assert "Nothing is offered in this week" in page.text
    assert "Offer time" in page.text


@pytest.mark.parametrize(
    "asked", ["", "?date=", "?date=soon", "?date=0001-01-01", "?date=9999-12-31"]
)
def test_without_a_possible_date_the_week_is_this_one(
    signed_in: SignIn, doctor: User, asked: str
) -> None:
    page = signed_in(doctor).get(f"/calendar{asked}")
    assert page.status_code == 200
    assert 'aria-current="date"' in page.text


def test_the_ways_lead_to_the_weeks_around(signed_in: SignIn, doctor: User) -> None:
    page = signed_in(doctor).get("/calendar?date=2027-01-01")
    assert "Week 53" in page.text
    assert 'href="/calendar?date=2026-12-21"' in page.text
    assert 'href="/calendar?date=2027-01-04"' in page.text


def test_a_refresh_answers_with_the_grid_alone(signed_in: SignIn, doctor: User, slot: Slot) -> None:
    path = f"/calendar?date={in_days(7)}"
    page = signed_in(doctor).get(path, headers=HTMX | {"HX-Target": "grid"})
    assert page.text.lstrip().startswith('<div id="grid"')
    assert str(slot.id) in page.text
    assert "messages" not in page.text


def test_a_past_time_that_nobody_booked_cannot_be_withdrawn(
    signed_in: SignIn, doctor: User, slot: Slot
) -> None:
    with time_machine.travel(slot.starts_at + timedelta(minutes=5), tick=True):
        page = signed_in(doctor).get(f"/calendar?date={in_days(0)}")
    assert attributes(page, "data-slot-id") == [str(slot.id)]
    assert f"/slots/{slot.id}/withdraw" not in page.text


@pytest.mark.parametrize(
    ("zone", "day", "note", "hours"),
    [
        ("Europe/Berlin", date(2027, 3, 28), "23 hours: the clock goes forward", 24),
        ("Europe/Berlin", date(2027, 10, 31), "25 hours: the clock goes back", 25),
        ("America/New_York", date(2027, 3, 14), "23 hours: the clock goes forward", 24),
        ("Australia/Lord_Howe", date(2027, 4, 4), "24.5 hours: the clock goes back", 25),
        ("Africa/Cairo", date(2027, 4, 30), "23 hours: the clock goes forward", 24),
        ("America/Santiago", date(2026, 9, 6), "23 hours: the clock goes forward", 24),
    ],
)
def test_a_day_of_another_length_says_so_and_shows_all_its_hours(
    signed_in: SignIn, house: House, doctor: User, zone: str, day: date, note: str, hours: int
) -> None:
    clinic.configure(clinic.Clinic(timezone=zone))
    with time_machine.travel(datetime(2026, 8, 1, tzinfo=UTC), tick=True):
        for start in (time(4), time(23)):
            house.slot(doctor, day=day, start=start)
        house.slot(doctor, day=day - timedelta(days=1), start=time(0))
        page = signed_in(doctor).get(f"/calendar?date={day}")
    assert note in page.text
    labels = re.search(r'<ol class="hours".*?</ol>', page.text, re.S)
    assert labels
    assert labels[0].count("<li") == hours


def test_the_hour_that_comes_twice_stands_twice_and_says_which(
    signed_in: SignIn, house: House, doctor: User, run: Run
) -> None:
    browser = signed_in(doctor)
    form = {"date": "2027-10-31", "start": "02:30", "minutes": "30"}
    for fold in ("0", "1"):
        assert browser.post("/slots", form | {"fold": fold}).status_code == 303
    page = browser.get("/calendar?date=2027-10-31")
    assert attributes(page, "data-starts-at") == ["2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z"]
    places = re.findall(
        r"(at-h\d+ at-m\d+) for-h0 for-m6 entry|entry--free (at-h\d+ at-m\d+)", page.text
    )
    assert len({"".join(place) for place in places}) == 2
    assert "02:00 (UTC+02:00)" in page.text
    assert "02:00 (UTC+01:00)" in page.text


def test_the_hour_that_does_not_exist_is_marked(
    signed_in: SignIn, house: House, doctor: User
) -> None:
    house.slot(doctor, day=date(2027, 3, 28), start=time(1, 30), minutes=60)
    page = signed_in(doctor).get("/calendar?date=2027-03-28")
    assert "02:00 to 03:00 does not exist" in page.text
    assert "01:30\N{EN DASH}03:30" in page.text
