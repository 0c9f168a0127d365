"""Wall time and the moments that it stands for."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.walltime import (
    cells_of,
    clock_times,
    day_bounds,
    moments,
    monday_of,
    on_mark,
    span_bounds,
    today,
    wall_of,
    within_calendar,
    zone_named,
)
from tests.domain.zones import ZONES, days_of

BERLIN = ZoneInfo("Europe/Berlin")
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2027, 3, 28), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Europe/Berlin", date(2027, 10, 31), 25),
        ("Europe/Berlin", date(2027, 3, 27), 24),
        ("America/New_York", date(2027, 3, 14), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Australia/Lord_Howe", date(2027, 4, 4), 24.5),
        ("Africa/Cairo", date(2027, 4, 30), 23),
        ("America/Santiago", date(2026, 9, 6), 23),
        ("Asia/Kolkata", date(2026, 10, 29), 24),
        ("Pacific/Apia", date(2011, 12, 30), 0),
    ],
)
def test_a_local_day_is_as_long_as_its_clock_says(zone: str, day: date, hours: float) -> None:
    start, end = day_bounds(day, ZoneInfo(zone))
    assert end - start == timedelta(hours=hours)
    assert len(cells_of(start, end)) == hours * 12


@pytest.mark.parametrize(
    ("zone", "day", "first"),
    [
        ("Africa/Cairo", date(2027, 4, 30), datetime(2027, 4, 29, 22, tzinfo=UTC)),
        ("America/Santiago", date(2026, 9, 6), datetime(2026, 9, 6, 4, tzinfo=UTC)),
        ("America/Havana", date(2026, 11, 1), datetime(2026, 11, 1, 4, tzinfo=UTC)),
    ],
)
def test_a_day_without_one_midnight_begins_with_its_first_moment(
    zone: str, day: date, first: datetime
) -> None:
    assert day_bounds(day, ZoneInfo(zone))[0] == first


@settings(max_examples=200, deadline=None)
@given(days_of(ZONES))
def test_a_day_begins_with_the_first_moment_that_shows_its_date(
    found: tuple[ZoneInfo, date],
) -> None:
    zone, day = found
    start, end = day_bounds(day, zone)
    assert today(start, zone) == today(end - TICK, zone) == day
    assert today(start - TICK, zone) == day - timedelta(days=1)
    assert today(end, zone) == day + timedelta(days=1)


@settings(max_examples=200, deadline=None)
@given(days_of(ZONES), st.integers(0, 287))
def test_moments_are_all_and_only_those_at_which_the_clock_shows_it(
    found: tuple[ZoneInfo, date], mark: int
) -> None:
    zone, day = found
    local = datetime.combine(day, time(mark // 12, mark % 12 * 5))
    quarter = timedelta(minutes=15)
    near = [local.replace(tzinfo=UTC) + quarter * number for number in range(-57, 58)]
    expected = [one for one in near if one.astimezone(zone).replace(tzinfo=None, fold=0) == local]
    assert moments(local, zone) == expected
    for number, moment in enumerate(expected):
        assert (wall_of(moment, zone).local, wall_of(moment, zone).fold) == (local, number)


def test_the_spring_night_lacks_an_hour_and_the_autumn_night_has_one_twice() -> None:
    assert moments(datetime(2027, 3, 28, 2, 30), BERLIN) == []
    assert moments(datetime(2027, 3, 28, 3), BERLIN) == [datetime(2027, 3, 28, 1, tzinfo=UTC)]
    assert moments(datetime(2027, 10, 31, 2, 30), BERLIN) == [
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
        datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
    ]
    assert len(moments(datetime(2027, 10, 31, 3), BERLIN)) == 1


@pytest.mark.parametrize(
    ("reader", "meant", "read"),
    [
        ("America/New_York", datetime(2026, 10, 24, 9), datetime(2026, 10, 24, 3)),
        ("America/New_York", datetime(2026, 10, 25, 9), datetime(2026, 10, 25, 4)),
        ("America/New_York", datetime(2026, 10, 31, 9), datetime(2026, 10, 31, 4)),
        ("America/New_York", datetime(2026, 11, 1, 9), datetime(2026, 11, 1, 3)),
        ("America/New_York", datetime(2027, 3, 14, 9), datetime(2027, 3, 14, 4)),
        ("America/New_York", datetime(2027, 3, 27, 9), datetime(2027, 3, 27, 4)),
        ("America/New_York", datetime(2027, 3, 28, 9), datetime(2027, 3, 28, 3)),
        ("Asia/Kolkata", datetime(2026, 10, 29, 9), datetime(2026, 10, 29, 13, 30)),
        ("Pacific/Apia", datetime(2026, 12, 31, 23, 30), datetime(2027, 1, 1, 11, 30)),
    ],
)
def test_a_reader_elsewhere_sees_another_clock(
    reader: str, meant: datetime, read: datetime
) -> None:
    [moment] = moments(meant, BERLIN)
    assert wall_of(moment, ZoneInfo(reader)).local == read


def test_a_week_may_belong_to_the_year_before() -> None:
    for day in (date(2026, 12, 30), date(2027, 1, 1)):
        assert monday_of(day) == date(2026, 12, 28)
        assert day.isocalendar()[:2] == (2026, 53)
    assert monday_of(date.min) == date.min


def test_a_span_reaches_from_the_first_day_to_the_end_of_the_last() -> None:
    start, end = span_bounds(date(2027, 3, 22), date(2027, 3, 28), BERLIN)
    assert end - start == timedelta(days=7, hours=-1)


@pytest.mark.parametrize("day", [date.min, date(1, 12, 31), date(9999, 1, 1), date.max])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue", "Europe/Berlin"])
def test_days_at_the_edge_of_all_dates_are_refused(zone: str, day: date) -> None:
    with pytest.raises(Invalid):
        day_bounds(day, ZoneInfo(zone))
    with pytest.raises(Invalid):
        span_bounds(date(2027, 1, 1), day, ZoneInfo(zone))
    assert not within_calendar(day)


@pytest.mark.parametrize("day", [date(2, 1, 1), date(9998, 12, 31)])
def test_days_just_inside_have_bounds(day: date) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Niue"):
        start, end = day_bounds(day, ZoneInfo(zone))
        assert start < end


def test_the_calendar_shows_the_years_that_people_mean() -> None:
    inside = [date(1990, 1, 1), date(2027, 1, 1), date(2200, 12, 31)]
    outside = [date(1989, 12, 31), date(2201, 1, 1)]
    assert [within_calendar(day) for day in inside + outside] == [True] * 3 + [False] * 2


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Berlin",
        "Europe",
        "Factory",
        "../Berlin",
        "/etc/localtime",
        "\x00",
        "\ud800",
        "x" * 5000,
    ],
)
def test_what_is_no_zone_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match="is not a time zone"):
        zone_named(name)


grid = st.integers(0, 10**7).map(lambda cell: datetime.fromtimestamp(cell * 300, UTC))
lengths = st.integers(1, 96).map(lambda count: timedelta(minutes=5 * count))


@given(grid, lengths)
def test_cells_cover_an_interval_once(start: datetime, length: timedelta) -> None:
    cells = cells_of(start, start + length)
    assert len(cells) == length // timedelta(minutes=5)
    assert cells == list(range(cells[0], cells[0] + len(cells)))
    assert cells[0] * 300 == start.timestamp()


@given(grid, lengths, st.integers(-100, 100), lengths)
def test_intervals_share_cells_exactly_when_they_overlap(
    start: datetime, length: timedelta, apart: int, other_length: timedelta
) -> None:
    other = start + timedelta(minutes=5 * apart)
    overlap = start < other + other_length and other < start + length
    shared = set(cells_of(start, start + length)) & set(cells_of(other, other + other_length))
    assert bool(shared) == overlap


@given(st.integers(0, 4 * 10**9), st.integers(1, 10**5))
def test_cells_never_fall_short_of_an_interval_off_the_grid(epoch: int, seconds: int) -> None:
    start, length = datetime.fromtimestamp(epoch, UTC), timedelta(seconds=seconds)
    cells = cells_of(start, start + length)
    assert cells[0] * 300 <= start.timestamp()
    assert (cells[-1] + 1) * 300 >= (start + length).timestamp()


@pytest.mark.parametrize(
    ("at", "fits"),
    [(time(0), True), (time(23, 55), True), (time(9, 1), False), (time(9, 0, 1), False)],
)
def test_a_mark_is_every_five_minutes(at: time, *, fits: bool) -> None:
    assert on_mark(at) is fits


def test_clock_times_fill_the_hours_and_never_pass_their_end() -> None:
    half = timedelta(minutes=30)
    assert list(clock_times(time(9), time(10, 25), half, half)) == [time(9), time(9, 30)]
    assert list(clock_times(time(23), time(0), half, half)) == [time(23), time(23, 30)]
    assert len(list(clock_times(time(0), time(0), half, half))) == 48
    assert list(clock_times(time(9), time(9), half, half)) == []
