"""Offering one slot."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from domain import clock
from domain.actions.offering import offer_slot
from domain.actions.withdrawing import withdraw_slot
from domain.documents import Role, Slot, SlotStatus, User
from domain.errors import Forbidden, Invalid, SlotsOverlap
from domain.events import SlotCreated
from tests.domain.conftest import House, frozen, in_days, refused

AUTUMN = datetime(2027, 10, 1, 12, tzinfo=UTC)
TWO_FOLD = {"day": date(2027, 10, 31), "start": time(2, 30), "minutes": 30}


def offered(house: House, doctor: User, **changes: Any) -> Slot:
    wish = {"day": in_days(7), "start": time(9), "minutes": 30, **changes}
    slot: Slot = house.run(offer_slot(doctor, **wish))
    return slot


@pytest.mark.usefixtures("november")
def test_a_slot_stores_its_moment_its_wall_time_and_its_cells(house: House, doctor: User) -> None:
    slot = offered(house, doctor, day=date(2027, 1, 11), start=time(14, 35), minutes=15)
    stored = house.now(slot)
    assert stored.model_dump() == slot.model_dump()
    assert stored.starts_at == datetime(2027, 1, 11, 13, 35, tzinfo=UTC)
    assert stored.ends_at == datetime(2027, 1, 11, 13, 50, tzinfo=UTC)
    assert (stored.wall_start, stored.zone) == ("2027-01-11T14:35", "Europe/Berlin")
    assert len(stored.cells) == 3
    assert stored.status is SlotStatus.OPEN
    assert (stored.doctor_name, stored.specialty) == (doctor.name, "Dermatology")


def test_an_offer_stores_and_publishes_one_event(house: House, doctor: User) -> None:
    slot = offered(house, doctor)
    [event] = house.events
    assert house.recorded("slot.created") == [event]
    assert isinstance(event, SlotCreated)
    assert (event.slot.slot_id, event.slot.doctor_email) == (slot.id, doctor.email)


@pytest.mark.parametrize("minutes", [5, 480])
def test_the_shortest_and_the_longest_slot(house: House, doctor: User, minutes: int) -> None:
    slot = offered(house, doctor, minutes=minutes)
    assert slot.ends_at - slot.starts_at == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("field", "wish"),
    [
        *[("minutes", {"minutes": minutes}) for minutes in (-5, 0, 4, 7, 485, 10**9)],
        *[("start", {"start": start}) for start in (time(9, 1), time(9, 0, 1), time(9, 0, 0, 1))],
        *[("date", {"day": day}) for day in (date.min, date.max, date(2020, 1, 1))],
    ],
)
def test_what_cannot_be_offered_is_named(
    house: House, doctor: User, field: str, wish: dict[str, Any]
) -> None:
    with refused(house, Invalid) as refusal:
        offered(house, doctor, **wish)
    assert set(refusal.value.fields) == {field}


def test_a_day_is_offered_up_to_five_years_ahead(house: House, doctor: User) -> None:
    last = clock.now().date() + timedelta(days=5 * 366)
    offered(house, doctor, day=last)
    with refused(house, Invalid):
        offered(house, doctor, day=last + timedelta(days=1))


def test_a_time_is_offered_until_it_comes(house: House, doctor: User) -> None:
    start = datetime(2027, 1, 11, 8, tzinfo=UTC)
    wish = {"day": date(2027, 1, 11), "start": time(9)}
    with frozen(start), refused(house, Invalid) as refusal:
        offered(house, doctor, **wish)
    assert set(refusal.value.fields) == {"start"}
    with frozen(start - clock.RESOLUTION):
        assert offered(house, doctor, **wish).starts_at == start


def test_a_wall_time_that_the_clock_jumps_over_is_refused(house: House, doctor: User) -> None:
    with frozen(datetime(2027, 3, 1, tzinfo=UTC)):
        for start in (time(2), time(2, 30), time(2, 55)):
            with refused(house, Invalid) as refusal:
                offered(house, doctor, day=date(2027, 3, 28), start=start)
            assert set(refusal.value.fields) == {"start"}
        slot = offered(house, doctor, day=date(2027, 3, 28), start=time(1, 30), minutes=60)
    assert slot.ends_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(("asked", "fold"), [(0, 0), (1, 1), (2, 1), (-5, 1)])
def test_a_wall_time_that_comes_twice_is_offered_as_meant(
    house: House, doctor: User, asked: int, fold: int
) -> None:
    with frozen(AUTUMN):
        slot = offered(house, doctor, **TWO_FOLD, fold=asked)
    assert (slot.fold, slot.starts_at) == (fold, datetime(2027, 10, 31, fold, 30, tzinfo=UTC))


def test_both_of_two_equal_wall_times_can_be_offered(house: House, doctor: User) -> None:
    with frozen(AUTUMN):
        first, second = (offered(house, doctor, **TWO_FOLD, fold=fold) for fold in (0, 1))
    assert first.wall_start == second.wall_start
    assert set(first.cells).isdisjoint(second.cells)


@pytest.mark.parametrize("fold", [0, 1, -5])
def test_fold_says_nothing_about_a_wall_time_that_comes_once(
    house: House, doctor: User, fold: int
) -> None:
    assert offered(house, doctor, fold=fold).fold == 0


@pytest.mark.parametrize(
    ("start", "minutes"),
    [(time(8, 35), 30), (time(9, 25), 30), (time(9, 10), 5), (time(8), 120), (time(9), 30)],
)
def test_a_slot_never_overlaps_another(
    house: House, slot: Slot, doctor: User, start: time, minutes: int
) -> None:
    with refused(house, SlotsOverlap):
        offered(house, doctor, start=start, minutes=minutes)


def test_slots_may_touch_and_other_doctors_offer_the_same_time(
    house: House, slot: Slot, doctor: User
) -> None:
    offered(house, doctor, start=time(8, 30))
    offered(house, doctor, start=time(9, 30))
    assert offered(house, house.person(Role.DOCTOR)).starts_at == slot.starts_at


def test_what_was_withdrawn_may_be_offered_again(house: House, slot: Slot, doctor: User) -> None:
    for _ in range(3):
        house.run(withdraw_slot(slot.id, doctor))
        slot = offered(house, doctor)
    assert house.run(Slot.find({"status": "withdrawn"}).count()) == 3


@pytest.mark.parametrize("role", [Role.PATIENT, Role.RECEPTIONIST, Role.ADMIN])
def test_only_doctors_offer_slots(house: House, role: Role) -> None:
    person = house.person(role)
    with refused(house, Forbidden):
        offered(house, person)
