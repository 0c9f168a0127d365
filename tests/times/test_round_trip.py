"""A series in any zone of the world, read back from the page and from the calendar file."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask, render_template_string
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain import clinic
from domain.documents import Role
from domain.errors import Invalid
from domain.ids import new_id
from domain.invitation import Method, invitation
from domain.queries.free_slots import FreeSlot, FreeTimes
from domain.series import SeriesPlan, planned_times
from domain.walltime import moments, wall_of
from tests.conftest import Run
from tests.domain.conftest import House
from tests.domain.test_series import a_week_before, plans
from tests.domain.zones import ZONES
from tests.listeners.facts import appointment
from tests.support.racing import rounds
from tests.times.letters import length_of, starts_of
from tests.webapp.browsing import Browser, attributes
from webapp.presenters.weeks import FreeWeek, free_week

pytestmark = pytest.mark.probe

STAMP = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
WEEK = '{% from "components/week.html" import week_list %}{{ week_list(week) }}'
SAID = re.compile(r"(\d\d):(\d\d)(?: \(UTC([+-]\d\d:\d\d)\))?")
many = settings(
    max_examples=rounds(1500, 40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
few = settings(many, max_examples=rounds(150, 6))
Wish = tuple[SeriesPlan, ZoneInfo]


def starts_of_plan(wish: Wish) -> list[datetime]:
    plan, zone = wish
    try:
        return planned_times(plan, zone, a_week_before(plan)).starts
    except Invalid:
        assume(False)
        raise


def wall(start: datetime, zone: ZoneInfo) -> dict[str, object]:
    meant = wall_of(start, zone)
    return {
        "wall_start": meant.local.isoformat(timespec="minutes"),
        "fold": meant.fold,
        "zone": meant.zone,
    }


def free(start: datetime, minutes: int, zone: ZoneInfo) -> FreeSlot:
    return FreeSlot.model_validate(
        {
            "_id": new_id(),
            "doctor_id": new_id(),
            "doctor_name": "Dr. Ada Weiss",
            "specialty": "",
            "starts_at": start,
            "ends_at": start + timedelta(minutes=minutes),
            **wall(start, zone),
        }
    )


def read(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """Return the moment that a person understands who reads a day and a clock."""
    said = SAID.fullmatch(clock)
    assert said, clock
    local = datetime.combine(day, time(int(said[1]), int(said[2])))
    found = moments(local, zone)
    if said[3]:
        found = [one for one in found if one.astimezone(zone).isoformat()[-6:] == said[3]]
    assert len(found) == 1, (day, clock, zone)
    return found[0]


def some(starts: Sequence[datetime]) -> list[datetime]:
    """Return a dozen from the whole of a series, its first and last among them."""
    return sorted({*starts[:: max(1, len(starts) // 10)], starts[0], starts[-1]})


@many
@given(wish=plans(), reader=st.sampled_from(ZONES))
def test_the_moment_is_understood_from_what_a_page_says(
    app: Flask, wish: Wish, reader: str
) -> None:
    (plan, zone), starts = wish, some(starts_of_plan(wish))
    clinic.configure(clinic.Clinic(timezone=zone.key))
    slots = [free(start, plan.minutes, zone) for start in starts]
    with app.test_request_context(headers={"Cookie": f"timezone={reader}"}):
        week = free_week(plan.from_date, FreeTimes(slots))
        page = render_template_string(WEEK, week=week)
    written = re.findall(r'data-starts-at="([^"]*)"', page)
    assert written == [f"{start:%Y-%m-%dT%H:%M:%SZ}" for start in starts]
    check_words(week, starts, zone, reader)


def check_words(week: FreeWeek, starts: list[datetime], zone: ZoneInfo, reader: str) -> None:
    shown = [(day, when) for day in week.days for _, when in day.times]
    assert [read(day.date, when.clock, ZoneInfo(reader)) for day, when in shown] == starts
    for (_, when), start in zip(shown, starts, strict=True):
        same = start.astimezone(ZoneInfo(reader)).utcoffset() == start.astimezone(zone).utcoffset()
        assert (when.practice_clock is None) is same
        if when.practice_clock:
            clock = SAID.search(when.practice_clock)
            assert clock
            assert read(when.practice_date, clock[0], zone) == start


@many
@given(wish=plans())
def test_the_moment_is_understood_from_the_calendar_file(wish: Wish) -> None:
    (plan, zone), starts = wish, some(starts_of_plan(wish))
    length = timedelta(minutes=plan.minutes)
    for start in starts:
        facts = appointment(starts_at=start, ends_at=start + length, **wall(start, zone))
        file = invitation(facts, Method.REQUEST, stamped_at=STAMP, url="https://example.org/1")
        assert (starts_of(file), length_of(file)) == (start, length)


@few
@given(wish=plans(), reader=st.sampled_from(ZONES))
def test_a_series_that_is_offered_on_the_page_stands_there_as_planned(
    app: Flask, run: Run, wish: Wish, reader: str
) -> None:
    (plan, zone), starts = wish, starts_of_plan(wish)
    clinic.configure(clinic.Clinic(timezone=zone.key, booking_horizon=timedelta(days=60)))
    expected = [f"{start:%Y-%m-%dT%H:%M:%SZ}" for start in starts]
    with time_machine.travel(a_week_before(plan), tick=True):
        doctor = House(run).person(Role.DOCTOR)
        browser = Browser(app).as_person(doctor, run)
        browser.client.set_cookie("timezone", reader)
        assert browser.post("/slots/series", fields(plan)).status_code == 303
        assert on_pages(browser, "/calendar", plan) == expected
        assert on_pages(browser, f"/doctors/{doctor.id}", plan) == expected


def fields(plan: SeriesPlan) -> dict[str, object]:
    return {
        "weekdays": [str(number) for number in plan.weekdays],
        "from_date": plan.from_date.isoformat(),
        "until_date": plan.until_date.isoformat(),
        "start": f"{plan.start:%H:%M}",
        "end": f"{plan.end:%H:%M}",
        "minutes": str(plan.minutes),
        "pause": str(plan.pause),
    }


def on_pages(browser: Browser, path: str, plan: SeriesPlan) -> list[str]:
    """Return the moments on the pages of the weeks of a plan."""
    weeks = sorted(
        {day - timedelta(days=day.weekday()) for day in (plan.from_date, plan.until_date)}
    )
    found: list[str] = []
    for week in weeks:
        page = browser.get(f"{path}?date={week}")
        assert page.status_code == 200
        found += attributes(page, "data-starts-at")
    return found
