"""Offering a series of slots."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from domain import clock
from domain.actions.offering import SeriesOutcome, offer_series
from domain.actions.withdrawing import withdraw_slot
from domain.actions.withdrawing_series import withdraw_series
from domain.documents import Role, Slot, SlotStatus, User
from domain.errors import Forbidden, Invalid, SlotsOverlap
from domain.events import SlotsCreated
from domain.series import SeriesPlan
from tests.domain.commands import recorded_commands
from tests.domain.conftest import House, frozen, refused

MONDAY = date(2027, 1, 11)
NOW = datetime(2027, 1, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_sunday_in_january() -> Any:
    with frozen(NOW):
        yield


def plan(**changes: Any) -> SeriesPlan:
    wish: dict[str, Any] = {
        "weekdays": frozenset({0, 2}),
        "from_date": MONDAY,
        "until_date": MONDAY + timedelta(days=13),
        "start": time(9),
        "end": time(12),
        "minutes": 30,
        "pause": 10,
    }
    return SeriesPlan(**{**wish, **changes})


def offered(house: House, doctor: User, **changes: Any) -> SeriesOutcome:
    outcome: SeriesOutcome = house.run(offer_series(doctor, plan(**changes)))
    return outcome


def walls(house: House) -> list[str]:
    slots = house.run(Slot.find_all().sort("+starts_at").to_list())
    return [slot.wall_start for slot in slots if slot.status is not SlotStatus.WITHDRAWN]


def test_a_series_offers_each_time_of_each_day(house: House, doctor: User) -> None:
    outcome = offered(house, doctor)
    days = ("2027-01-11", "2027-01-13", "2027-01-18", "2027-01-20")
    times = ("09:00", "09:40", "10:20", "11:00")
    assert walls(house) == [f"{day}T{at}" for day in days for at in times]
    assert outcome.offered == 16
    assert (outcome.overlapping, outcome.nonexistent, outcome.past) == (0, 0, 0)
    assert house.run(Slot.find({"series_id": outcome.series_id}).count()) == 16


def test_a_series_is_one_fact(house: House, doctor: User) -> None:
    outcome = offered(house, doctor)
    [event] = house.events
    assert house.recorded("slots.created") == [event]
    assert isinstance(event, SlotsCreated)
    assert (event.series_id, event.count, event.skipped) == (outcome.series_id, 16, 0)
    assert event.first_starts_at == datetime(2027, 1, 11, 8, tzinfo=UTC)
    assert event.last_ends_at == datetime(2027, 1, 20, 10, 30, tzinfo=UTC)


def test_many_slots_go_in_portions_of_one_transaction(house: House, doctor: User) -> None:
    day = {"weekdays": frozenset({0}), "until_date": MONDAY, "minutes": 5, "pause": 0}
    with recorded_commands() as sent:
        outcome = offered(house, doctor, start=time(9), end=time(18, 30), **day)
        house.run(withdraw_series(outcome.series_id, doctor))
    inserts = [one for name, one in sent if name == "insert" and of_slots(one)]
    updates = [one for name, one in sent if name == "update" and of_slots(one)]
    assert [len(one["documents"]) for one in inserts] == [50, 50, 14]
    assert len(updates) == 3
    assert len({transaction_of(one) for one in inserts}) == 1
    assert len({transaction_of(one) for one in updates}) == 1
    assert house.kinds() == ["slots.created", "slots.deleted"]
    assert walls(house) == []


def transaction_of(command: dict[str, Any]) -> tuple[str, int]:
    return str(command["lsid"]), command["txnNumber"]


def of_slots(command: dict[str, Any]) -> bool:
    return "slots" in (command.get("insert"), command.get("update"))


def test_the_last_slot_may_end_with_the_hours(house: House, doctor: User) -> None:
    offered(house, doctor, end=time(10, 10), weekdays=frozenset({0}), until_date=MONDAY)
    assert walls(house) == ["2027-01-11T09:00", "2027-01-11T09:40"]


def test_hours_may_end_at_midnight(house: House, doctor: User) -> None:
    changes = {"start": time(22), "end": time(0), "until_date": MONDAY, "pause": 0}
    offered(house, doctor, **changes, minutes=60)
    assert walls(house) == ["2027-01-11T22:00", "2027-01-11T23:00"]


def test_what_is_offered_already_is_left_out_and_counted(house: House, doctor: User) -> None:
    house.slot(doctor, day=MONDAY, start=time(9, 25))
    outcome = offered(house, doctor, until_date=MONDAY)
    assert (outcome.offered, outcome.overlapping) == (2, 2)
    assert walls(house) == ["2027-01-11T09:25", "2027-01-11T10:20", "2027-01-11T11:00"]


def test_a_long_slot_before_the_series_counts_too(house: House, doctor: User) -> None:
    house.slot(doctor, day=MONDAY, start=time(1, 30), minutes=480)
    assert offered(house, doctor, until_date=MONDAY).overlapping == 1


def test_what_was_withdrawn_is_not_in_the_way(house: House, doctor: User) -> None:
    slot = house.slot(doctor, day=MONDAY)
    house.run(withdraw_slot(slot.id, doctor))
    assert offered(house, doctor, until_date=MONDAY).overlapping == 0


def test_a_series_offered_twice_is_refused(house: House, doctor: User) -> None:
    offered(house, doctor)
    with refused(house, SlotsOverlap):
        offered(house, doctor)


def test_of_two_series_that_start_at_once_both_end_in_an_answer(house: House, doctor: User) -> None:
    async def both() -> list[Any]:
        plans = (plan(), plan(start=time(9, 15)), plan(start=time(10, 20), end=time(14)))
        return await asyncio.gather(
            *(offer_series(doctor, one) for one in plans), return_exceptions=True
        )

    first, shifted, longer = house.run(both())
    offers = [one.offered for one in (first, shifted, longer) if isinstance(one, SeriesOutcome)]
    assert sum(offers) == house.run(Slot.count())
    assert {type(one) for one in (first, shifted, longer)} <= {SeriesOutcome, SlotsOverlap}
    assert isinstance(longer, SeriesOutcome)


def test_past_times_are_left_out_and_counted(house: House, doctor: User) -> None:
    with frozen(datetime(2027, 1, 11, 8, 40, tzinfo=UTC)):
        outcome = offered(house, doctor, until_date=MONDAY)
    assert (outcome.offered, outcome.past) == (2, 2)


def test_the_hour_that_spring_skips_is_counted(house: House, doctor: User) -> None:
    sunday = date(2027, 3, 28)
    changes = {"from_date": sunday, "until_date": sunday, "weekdays": frozenset({6}), "pause": 0}
    outcome = offered(house, doctor, **changes, start=time(1), end=time(4))
    assert (outcome.offered, outcome.nonexistent) == (4, 2)
    [told] = house.events
    assert isinstance(told, SlotsCreated)
    assert told.skipped == 2
    assert [wall[11:] for wall in walls(house)] == ["01:00", "01:30", "03:00", "03:30"]


def test_the_hour_that_autumn_repeats_is_offered_twice(house: House, doctor: User) -> None:
    sunday = date(2027, 10, 31)
    changes = {"from_date": sunday, "until_date": sunday, "weekdays": frozenset({6}), "pause": 0}
    outcome = offered(house, doctor, **changes, start=time(2), end=time(3))
    assert outcome.offered == 4
    assert [wall[11:] for wall in walls(house)] == ["02:00", "02:30", "02:00", "02:30"]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("minutes", {"minutes": 0}),
        ("minutes", {"minutes": 485}),
        ("minutes", {"minutes": 31}),
        ("pause", {"pause": -5}),
        ("pause", {"pause": 3}),
        ("pause", {"pause": 485}),
        ("weekdays", {"weekdays": frozenset()}),
        ("weekdays", {"weekdays": frozenset({0, 7})}),
        ("weekdays", {"weekdays": frozenset({-1})}),
        ("start", {"start": time(9, 1)}),
        ("start", {"start": time(9, 0, 30)}),
        ("end", {"end": time(12, 0, 0, 1)}),
        ("end", {"end": time(9)}),
        ("end", {"end": time(8)}),
        ("until_date", {"until_date": MONDAY - timedelta(days=1)}),
        ("until_date", {"until_date": MONDAY + timedelta(days=367)}),
        ("until_date", {"until_date": date.max}),
        ("until_date", {"from_date": date.min, "until_date": MONDAY}),
        ("from_date", {"from_date": date.max, "until_date": date.max}),
        ("from_date", {"from_date": date.min, "until_date": date.min}),
        ("until_date", {"end": time(9, 25)}),
        ("until_date", {"until_date": MONDAY + timedelta(days=366), "minutes": 5, "pause": 0}),
        ("until_date", {"weekdays": frozenset({6}), "until_date": MONDAY}),
    ],
)
def test_what_is_wrong_with_a_plan_is_named(
    house: House, doctor: User, field: str, changes: dict[str, Any]
) -> None:
    with refused(house, Invalid) as refusal:
        offered(house, doctor, **changes)
    assert set(refusal.value.fields) == {field}


def test_a_thousand_slots_are_offered_at_once_and_no_more(house: House, doctor: User) -> None:
    changes = {"minutes": 5, "pause": 0, "start": time(8), "weekdays": frozenset(range(5))}
    days = {"until_date": MONDAY + timedelta(days=4 * 7 - 3)}
    with refused(house, Invalid):
        offered(house, doctor, **changes, **days, end=time(12, 15))
    assert offered(house, doctor, **changes, **days, end=time(12, 10)).offered == 1000


def test_a_plan_with_past_days_is_counted_up_to_a_bound(house: House, doctor: User) -> None:
    last_year = {"from_date": MONDAY - timedelta(days=364), "until_date": MONDAY}
    outcome = offered(house, doctor, **last_year)
    assert (outcome.offered, outcome.past) == (4, 104 * 4)
    with refused(house, Invalid):
        offered(house, doctor, **last_year, minutes=5, pause=0, weekdays=frozenset(range(7)))


def test_only_doctors_offer_series(house: House) -> None:
    person = house.person(Role.RECEPTIONIST)
    with refused(house, Forbidden):
        offered(house, person)


def test_a_series_reaches_five_years_ahead(house: House, doctor: User) -> None:
    last = clock.now().date() + timedelta(days=5 * 366)
    week = {"from_date": last - timedelta(days=6)}
    assert offered(house, doctor, **week, until_date=last).offered == 8
    with refused(house, Invalid):
        offered(house, doctor, **week, until_date=last + timedelta(days=1))
