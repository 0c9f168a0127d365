"""Series of times by wall clock, over the world's zones and the years to come."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.series import PlannedTimes, SeriesPlan, planned_times
from domain.walltime import clock_times
from tests.domain.zones import ZONES, days_of

EVERY_DAY = frozenset(range(7))


@cache
def shown(zone: ZoneInfo, day: date) -> dict[datetime, list[datetime]]:
    """What a clock shows from the day before to the day after: wall times to UTC moments."""
    seen: dict[datetime, list[datetime]] = {}
    moment = datetime.combine(day - timedelta(days=1), time(0), tzinfo=UTC)
    while moment < datetime.combine(day + timedelta(days=2), time(0), tzinfo=UTC):
        wall = moment.astimezone(zone).replace(tzinfo=None, fold=0)
        seen.setdefault(wall, []).append(moment)
        moment += timedelta(minutes=5)
    return seen


def asked(plan: SeriesPlan) -> list[datetime]:
    length = timedelta(minutes=plan.minutes)
    times = list(clock_times(plan.start, plan.end, length + timedelta(minutes=plan.pause), length))
    span = (plan.until_date - plan.from_date).days + 1
    days = [plan.from_date + timedelta(days=offset) for offset in range(span)]
    return [
        datetime.combine(day, at) for day in days if day.weekday() in plan.weekdays for at in times
    ]


marks = st.integers(0, 287).map(lambda mark: time(mark // 12, mark % 12 * 5))
# Clocks turn in the small hours.
small_hours = st.integers(0, 36).map(lambda mark: time(mark // 12, mark % 12 * 5))


@st.composite
def plans(draw: st.DrawFn) -> tuple[SeriesPlan, ZoneInfo]:
    zone, day = draw(days_of(ZONES))
    start, end = draw(small_hours | marks), draw(marks | st.just(time(0)))
    if end != time(0) and end <= start:
        start, end = end, (start if end < start else time(0))
    plan = SeriesPlan(
        weekdays=draw(st.frozensets(st.integers(0, 6), min_size=5)),
        from_date=day - timedelta(days=draw(st.integers(0, 2))),
        until_date=day + timedelta(days=draw(st.integers(0, 2))),
        start=start,
        end=end,
        minutes=draw(st.sampled_from([5, 15, 20, 30, 45, 60, 90, 240])),
        pause=draw(st.sampled_from([0, 0, 5, 10, 60])),
    )
    return plan, zone


def a_week_before(plan: SeriesPlan) -> datetime:
    return datetime.combine(plan.from_date - timedelta(days=7), time(0), tzinfo=UTC)


def check(plan: SeriesPlan, zone: ZoneInfo, planned: PlannedTimes) -> None:
    length = timedelta(minutes=plan.minutes)
    starts = planned.starts
    assert all(start.tzinfo is UTC for start in starts)
    assert all(b - a >= length for a, b in pairwise(starts))
    meant = {wall: shown(zone, wall.date()).get(wall, []) for wall in asked(plan)}
    moments = {moment for found in meant.values() for moment in found}
    assert set(starts) <= moments
    assert planned.nonexistent == sum(not found for found in meant.values())
    assert planned.colliding == len(moments - set(starts))
    for left_out in moments - set(starts):
        assert any(start < left_out < start + length for start in starts)


@settings(max_examples=150, deadline=None)
@given(plans())
def test_a_series_is_what_was_asked_for_and_never_overlaps(
    wish: tuple[SeriesPlan, ZoneInfo],
) -> None:
    plan, zone = wish
    try:
        planned = planned_times(plan, zone, a_week_before(plan))
    except Invalid:
        times = asked(plan)
        assert (
            not times or len(times) > 1000 or not any(shown(zone, w.date()).get(w) for w in times)
        )
    else:
        check(plan, zone, planned)


@settings(max_examples=60, deadline=None)
@given(plans(), st.integers(0, 6 * 24 * 60))
def test_what_has_passed_is_left_out_and_counted(
    wish: tuple[SeriesPlan, ZoneInfo], minutes: int
) -> None:
    plan, zone = wish
    now = a_week_before(plan) + timedelta(days=6, minutes=minutes)
    try:
        all_of_it = planned_times(plan, zone, a_week_before(plan))
        planned = planned_times(plan, zone, now)
    except Invalid:
        return
    assert planned.starts == [start for start in all_of_it.starts if start > now]
    assert planned.past == len(all_of_it.starts) - len(planned.starts)


def one_day(zone: str, day: date, start: time, end: time, minutes: int = 30) -> PlannedTimes:
    plan = SeriesPlan(
        weekdays=EVERY_DAY, from_date=day, until_date=day, start=start, end=end, minutes=minutes
    )
    return planned_times(plan, ZoneInfo(zone), a_week_before(plan))


@pytest.mark.parametrize(
    ("zone", "day", "offered", "nonexistent"),
    [
        ("Europe/Berlin", date(2027, 3, 28), 46, 2),
        ("Europe/Berlin", date(2026, 10, 25), 50, 0),
        ("Europe/Berlin", date(2027, 10, 31), 50, 0),
        ("Europe/Berlin", date(2027, 6, 1), 48, 0),
        ("America/New_York", date(2027, 3, 14), 46, 2),
        ("America/New_York", date(2026, 11, 1), 50, 0),
        ("Australia/Lord_Howe", date(2026, 10, 4), 47, 1),
        ("Australia/Lord_Howe", date(2027, 4, 4), 49, 0),
        ("Africa/Cairo", date(2027, 4, 30), 46, 2),
        ("America/Santiago", date(2026, 9, 6), 46, 2),
        ("Asia/Kolkata", date(2026, 10, 29), 48, 0),
    ],
)
def test_a_whole_day_of_half_hours(zone: str, day: date, offered: int, nonexistent: int) -> None:
    planned = one_day(zone, day, time(0), time(0))
    assert (len(planned.starts), planned.nonexistent) == (offered, nonexistent)


def test_a_day_without_midnight_starts_with_its_first_time() -> None:
    planned = one_day("Africa/Cairo", date(2027, 4, 30), time(0), time(2))
    first = datetime(2027, 4, 29, 22, tzinfo=UTC)
    assert planned.starts == [first, first + timedelta(minutes=30)]
    assert planned.nonexistent == 2


def test_what_would_overlap_itself_in_autumn_is_offered_once() -> None:
    planned = one_day("Australia/Lord_Howe", date(2027, 4, 4), time(1, 30), time(2, 15), minutes=45)
    assert planned.starts == [datetime(2027, 4, 3, 14, 30, tzinfo=UTC)]
    assert planned.colliding == 1


def test_what_spring_moves_into_the_time_before_is_left_out_and_counted() -> None:
    planned = one_day("Europe/Berlin", date(2027, 3, 28), time(0), time(6), minutes=45)
    shown = [f"{start.astimezone(ZoneInfo('Europe/Berlin')):%H:%M}" for start in planned.starts]
    assert shown == ["00:00", "00:45", "01:30", "03:45", "04:30", "05:15"]
    assert (planned.nonexistent, planned.colliding) == (1, 1)
