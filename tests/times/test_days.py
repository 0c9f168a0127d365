"""Days of 23 to 25 hours: each half hour offered, shown, booked, mailed and put into a calendar."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest

from tests.times.conftest import Located, Practice
from tests.times.letters import length_of, starts_of
from tests.webapp.browsing import attributes

HALF_HOUR = timedelta(minutes=30)
T = TypeVar("T")


@dataclass(frozen=True)
class Day:
    """A day: its first moment, how many half hours it has, what the calendar says of it."""

    zone: str
    date: date
    begins: datetime
    cells: int
    note: str

    @property
    def moments(self) -> list[datetime]:
        return [self.begins + HALF_HOUR * number for number in range(self.cells)]

    @property
    def walls(self) -> list[str]:
        zone = ZoneInfo(self.zone)
        return [f"{moment.astimezone(zone):%H:%M}" for moment in self.moments]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


FORWARD, BACK = "23 hours: the clock goes forward", "25 hours: the clock goes back"
BERLIN_SPRING = Day("Europe/Berlin", date(2027, 3, 28), utc(2027, 3, 27, 23), 46, FORWARD)
BERLIN_AUTUMN = Day("Europe/Berlin", date(2026, 10, 25), utc(2026, 10, 24, 22), 50, BACK)
BERLIN_LATER = Day("Europe/Berlin", date(2027, 10, 31), utc(2027, 10, 30, 22), 50, BACK)
NEW_YORK_SPRING = Day("America/New_York", date(2027, 3, 14), utc(2027, 3, 14, 5), 46, FORWARD)
NEW_YORK_AUTUMN = Day("America/New_York", date(2026, 11, 1), utc(2026, 11, 1, 4), 50, BACK)
ISLAND_SPRING = Day(
    "Australia/Lord_Howe",
    date(2026, 10, 4),
    utc(2026, 10, 3, 13, 30),
    47,
    "23.5 hours: the clock goes forward",
)
ISLAND_AUTUMN = Day(
    "Australia/Lord_Howe",
    date(2027, 4, 4),
    utc(2027, 4, 3, 13),
    49,
    "24.5 hours: the clock goes back",
)
CAIRO = Day("Africa/Cairo", date(2027, 4, 30), utc(2027, 4, 29, 22), 46, FORWARD)
SANTIAGO = Day("America/Santiago", date(2026, 9, 6), utc(2026, 9, 6, 4), 46, FORWARD)
DAYS = [
    BERLIN_SPRING,
    BERLIN_AUTUMN,
    BERLIN_LATER,
    NEW_YORK_SPRING,
    NEW_YORK_AUTUMN,
    ISLAND_SPRING,
    ISLAND_AUTUMN,
    CAIRO,
    SANTIAGO,
]
every_day = pytest.mark.parametrize("day", DAYS, ids=lambda day: f"{day.zone}-{day.date}")
skipping = pytest.mark.parametrize(
    ("day", "start"),
    [
        (BERLIN_SPRING, "02:30"),
        (NEW_YORK_SPRING, "02:30"),
        (ISLAND_SPRING, "02:00"),
        (CAIRO, "00:00"),
        (SANTIAGO, "00:00"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.zone,
)
doubling = pytest.mark.parametrize(
    ("day", "clock", "offsets", "names"),
    [
        (BERLIN_AUTUMN, "02:30", ("+02:00", "+01:00"), ("Berlin time, CEST", "Berlin time, CET")),
        (BERLIN_LATER, "02:30", ("+02:00", "+01:00"), ("Berlin time, CEST", "Berlin time, CET")),
        (
            NEW_YORK_AUTUMN,
            "01:30",
            ("-04:00", "-05:00"),
            ("New York time, EDT", "New York time, EST"),
        ),
        (
            ISLAND_AUTUMN,
            "01:30",
            ("+11:00", "+10:30"),
            ("Lord Howe Island time, UTC+11:00", "Lord Howe Island time, UTC+10:30"),
        ),
    ],
    ids=lambda value: value.zone + str(value.date) if isinstance(value, Day) else "",
)


def around(found: list[T]) -> list[T]:
    """Return those around the change of the clock, which is in the first hours, and the last."""
    return [*found[:10], found[-1]]


def iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def offered(practice: Practice, day: Day) -> None:
    practice.offer_whole_day(day.date)
    assert [slot.starts_at for slot in practice.slots()] == day.moments


@every_day
def test_the_pages_show_every_half_hour_once(practice_in: Located, day: Day) -> None:
    practice = practice_in(day.zone)
    said = practice.offer_whole_day(day.date)
    missing = 48 - day.cells
    assert f"{day.cells} times offered" in said
    assert ("in the hour that does not exist" in said) is (missing > 0)
    calendar = practice.browser(practice.doctor).get(f"/calendar?date={day.date}")
    assert attributes(calendar, "data-starts-at") == [iso(moment) for moment in day.moments]
    assert day.note in calendar.text
    page = practice.browser(practice.patient).get(f"/doctors/{practice.doctor.id}?date={day.date}")
    assert attributes(page, "data-starts-at") == [iso(moment) for moment in day.moments]
    desk = practice.browser(practice.desk).get(f"/desk?date={day.date}")
    assert desk.status_code == 200


@every_day
def test_each_is_right_in_mails_in_a_strangers_calendar_and_on_the_desk(
    practice_in: Located, day: Day
) -> None:
    practice = practice_in(day.zone)
    offered(practice, day)
    booked = practice.book(*around(practice.slots()))
    letters = practice.letters()
    files = [letter.calendar or b"" for letter in letters]
    assert sorted(map(starts_of, files)) == around(day.moments)
    assert {length_of(file) for file in files} == {HALF_HOUR}
    in_order = sorted(letters, key=lambda letter: starts_of(letter.calendar or b""))
    for letter, wall in zip(in_order, around(day.walls), strict=True):
        assert f", {wall} (" in letter.text
        assert f", {wall} (" in letter.html
        assert re.search(rf", {wall}( \(.+\))?, Dr\. Ada Weiss$", letter.subject)
    assert len({letter.subject for letter in letters}) == len(letters)
    [to_the_doctor] = practice.letters("slots.created")
    assert to_the_doctor.subject.startswith(f"{day.cells} times offered")
    assert f"{day.cells} times of 30 minutes" in to_the_doctor.text
    page = practice.browser(practice.desk).get(f"/desk?date={day.date}")
    assert attributes(page, "data-appointment-id") == [str(one.id) for one in booked]
    assert f">{day.walls[0]}</time>" in page.text


@skipping
def test_a_time_that_the_clock_jumps_over_is_refused(
    practice_in: Located, day: Day, start: str
) -> None:
    practice = practice_in(day.zone)
    form = {"date": day.date.isoformat(), "start": start, "minutes": "30"}
    page = practice.browser(practice.doctor).post("/slots", form)
    assert page.status_code == 422
    assert "The clock jumps over this time on that day." in page.text
    assert practice.slots() == []
    assert start not in day.walls


@doubling
def test_a_time_that_comes_twice_is_two_times_in_page_mail_and_calendar(
    practice_in: Located, day: Day, clock: str, offsets: tuple[str, str], names: tuple[str, str]
) -> None:
    practice = practice_in(day.zone)
    offered(practice, day)
    wanted = [moment for moment, wall in zip(day.moments, day.walls, strict=True) if wall == clock]
    twice = [slot for slot in practice.slots() if slot.starts_at in wanted]
    assert [slot.fold for slot in twice] == [0, 1]
    appointments = practice.book(*twice)
    browser = practice.browser(practice.patient)
    for appointment, offset in zip(appointments, offsets, strict=True):
        assert f"{clock} (UTC{offset})" in browser.get(f"/appointments/{appointment.id}").text
    letters = sorted(practice.letters(), key=lambda one: starts_of(one.calendar or b""))
    assert [starts_of(one.calendar or b"") for one in letters] == wanted
    for letter, name in zip(letters, names, strict=True):
        assert f"{clock} ({name})" in letter.text


def test_days_are_as_the_clocks_say() -> None:
    for day in DAYS:
        zone = ZoneInfo(day.zone)
        dates = [moment.astimezone(zone).date() for moment in day.moments]
        assert set(dates) == {day.date}
        assert (day.begins - HALF_HOUR).astimezone(zone).date() < day.date
        assert (day.moments[-1] + HALF_HOUR).astimezone(zone).date() > day.date
        assert all(b - a == HALF_HOUR for a, b in pairwise(day.moments))
