"""What a plan would amount to, before anything is written."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.actions.offering import offer_series
from domain.documents import Slot, User
from domain.errors import Invalid, SlotsOverlap
from domain.queries.series import SeriesOutlook, series_outlook
from domain.series import SeriesPlan
from tests.domain.conftest import House, frozen, refused
from tests.support.racing import rounds

SATURDAY = date(2027, 3, 27)  # the clock goes forward in the night that follows
NOW = datetime(2027, 3, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_week_before_summer_time() -> Any:
    with frozen(NOW):
        yield


def plan(**changes: Any) -> SeriesPlan:
    wish: dict[str, Any] = {
        "weekdays": frozenset({5, 6}),
        "from_date": SATURDAY,
        "until_date": SATURDAY + timedelta(days=1),
        "start": time(1),
        "end": time(4),
        "minutes": 30,
    }
    return SeriesPlan(**{**wish, **changes})


def test_it_tells_what_is_offered_overlaps_and_does_not_exist(house: House, doctor: User) -> None:
    house.slot(doctor, day=SATURDAY, start=time(1, 15))
    outlook: SeriesOutlook = house.run(series_outlook(doctor, plan()))
    assert (len(outlook.starts), outlook.overlapping, outlook.nonexistent) == (8, 2, 2)


def test_it_writes_nothing(house: House, doctor: User) -> None:
    before = house.everything()
    house.run(series_outlook(doctor, plan()))
    assert house.everything() == before


def test_a_plan_that_is_offered_already_leaves_nothing_and_says_so(
    house: House, doctor: User
) -> None:
    house.run(offer_series(doctor, plan()))
    outlook: SeriesOutlook = house.run(series_outlook(doctor, plan()))
    assert (outlook.starts, outlook.overlapping) == ([], 10)


def test_an_impossible_plan_is_refused_as_when_it_is_offered(house: House, doctor: User) -> None:
    with refused(house, Invalid) as refusal:
        house.run(series_outlook(doctor, plan(minutes=7)))
    assert set(refusal.value.fields) == {"minutes"}


@settings(
    max_examples=rounds(full=60, short=8),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    taken=st.sets(st.integers(0, 40), max_size=4),
    minutes=st.sampled_from([10, 15, 30, 45]),
    pause=st.sampled_from([0, 5, 20]),
)
def test_what_is_offered_is_what_was_foretold(
    house: House, doctor: User, taken: set[int], minutes: int, pause: int
) -> None:
    house.run(emptied())
    for number in taken:
        start = datetime.combine(SATURDAY, time(1)) + timedelta(minutes=10 * number)
        house.slot(doctor, day=start.date(), start=start.time(), minutes=10)
    wish = plan(minutes=minutes, pause=pause, end=time(7))
    foretold: SeriesOutlook = house.run(series_outlook(doctor, wish))
    try:
        outcome = house.run(offer_series(doctor, wish))
    except SlotsOverlap:
        assert foretold.starts == []
        return
    stored = house.run(Slot.find({"series_id": outcome.series_id}).sort("+starts_at").to_list())
    assert [slot.starts_at for slot in stored] == foretold.starts
    for left_out in ("overlapping", "nonexistent", "colliding", "past"):
        assert getattr(outcome, left_out) == getattr(foretold, left_out)


async def emptied() -> None:
    """Take all slots away."""
    await Slot.find_all().delete()
