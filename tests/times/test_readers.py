"""Readers elsewhere look at a practice in Berlin; a week that belongs to the year before."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.times.conftest import Located, Practice
from tests.times.letters import starts_of, wall_of
from tests.webapp.browsing import attributes
from tests.webapp.test_reader import words

BERLIN = ZoneInfo("Europe/Berlin")


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


NEAR = [*days(date(2026, 10, 25), date(2026, 10, 31)), *days(date(2027, 3, 14), date(2027, 3, 27))]
USUAL = [
    date(2026, 10, 24),
    date(2026, 11, 1),
    date(2026, 12, 1),
    date(2027, 3, 13),
    date(2027, 3, 28),
    date(2027, 7, 1),
]
CASES = [
    *(("America/New_York", datetime.combine(day, time(9)), day, "04:00") for day in NEAR),
    *(("America/New_York", datetime.combine(day, time(9)), day, "03:00") for day in USUAL),
    ("Asia/Kolkata", datetime(2026, 10, 29, 9), date(2026, 10, 29), "13:30"),
    ("Pacific/Apia", datetime(2026, 12, 31, 23, 30), date(2027, 1, 1), "11:30"),
]


def as_said(day: date) -> str:
    """Return a date as a page says it in a year in which it is not the current one."""
    year = "" if day.year == 2026 else f" {day.year}"
    return f"{day:%A} {day.day} {day:%B}{year}"


def test_the_figures_are_those_of_the_zones() -> None:
    for zone, wall, day, clock in CASES:
        moment = wall.replace(tzinfo=BERLIN).astimezone(UTC).astimezone(ZoneInfo(zone))
        assert (moment.date(), f"{moment:%H:%M}") == (day, clock)


@pytest.mark.parametrize("reader", ["America/New_York", "Asia/Kolkata", "Pacific/Apia"])
def test_a_reader_elsewhere_sees_both_times_and_gets_the_practices_by_mail(
    practice_in: Located, reader: str
) -> None:
    practice = practice_in("Europe/Berlin")
    cases = {wall: shown for zone, wall, *shown in CASES if zone == reader}
    for wall in cases:
        practice.house.slot(practice.doctor, day=wall.date(), start=wall.time())
    slots = practice.slots()
    for slot, appointment in zip(slots, practice.book(*slots), strict=True):
        wall = datetime.fromisoformat(slot.wall_start)
        page = words(
            practice.browser(practice.patient, reader).get(f"/appointments/{appointment.id}")
        )
        day, clock = cases[wall]
        assert f"{as_said(day)}, {clock}" in page
        assert f"At the practice: {as_said(wall.date())}, {wall:%H:%M} Berlin time" in page
    check_letters(practice, sorted(cases))


def check_letters(practice: Practice, walls: list[datetime]) -> None:
    """Each mail and calendar file says the practice's time, and means that moment."""
    letters = sorted(practice.letters(), key=lambda one: starts_of(one.calendar or b""))
    for letter, wall in zip(letters, walls, strict=True):
        name = wall.replace(tzinfo=BERLIN).tzname()
        said = f"{wall:%A} {wall.day} {wall:%B %Y}, {wall:%H:%M} (Berlin time, {name})"
        assert said in letter.text
        assert said in letter.html
        assert letter.calendar
        assert wall_of(letter.calendar) == wall
        assert starts_of(letter.calendar) == wall.replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize("reader", ["America/New_York", "Asia/Kolkata", "Pacific/Apia"])
def test_free_times_stand_under_the_readers_day_with_both_clocks(
    practice_in: Located, reader: str
) -> None:
    practice = practice_in("Europe/Berlin")
    _, wall, day, clock = next(case for case in CASES if case[0] == reader)
    slot = practice.house.slot(practice.doctor, day=wall.date(), start=wall.time())
    browser = practice.browser(practice.patient, reader)
    page = browser.get(f"/doctors/{practice.doctor.id}?date={wall.date()}")
    assert attributes(page, "data-starts-at") == [f"{slot.starts_at:%Y-%m-%dT%H:%M:%SZ}"]
    after_day = words(page).rpartition(as_said(day))[2]
    assert after_day.lstrip().startswith(clock)
    assert f"{wall:%H:%M} Berlin time" in after_day


def test_both_days_of_the_turn_of_the_year_are_in_week_53(practice_in: Located) -> None:
    practice = practice_in("Europe/Berlin")
    both = [date(2026, 12, 30), date(2027, 1, 1)]
    slots = [practice.house.slot(practice.doctor, day=day) for day in both]
    booked = practice.book(*slots)
    for day in both:
        page = practice.browser(practice.doctor).get(f"/calendar?date={day}")
        assert "Week 53" in page.text
        assert attributes(page, "data-appointment-id") == [str(one.id) for one in booked]
    offers = practice.letters("slot.created")
    assert (
        sorted(day for day in both for one in offers if f"/calendar?date={day}" in one.text) == both
    )
    files = sorted(wall_of(one.calendar or b"") for one in practice.letters())
    assert [file.isocalendar()[:2] for file in files] == [(2026, 53), (2026, 53)]


def test_where_weeks_start_on_sunday_they_have_no_iso_number(practice_in: Located) -> None:
    practice = practice_in("America/New_York", locale="en_US")
    page = practice.browser(practice.doctor).get("/calendar?date=2027-01-01")
    assert "Week 53" not in page.text
    assert 'href="/calendar?date=2026-12-20"' in page.text
