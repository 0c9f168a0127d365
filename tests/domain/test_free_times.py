"""Free times: what may be booked, and what is nearest when one has gone."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from domain import clinic, clock
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.withdrawing import withdraw_slot
from domain.documents import Role, Slot, User
from domain.errors import Invalid, NotFound, TooLate
from domain.ids import new_id
from domain.queries.free_slots import FreeSlot
from domain.queries.free_times import nearest_free, slot_shown, week_of_free_times
from domain.queries.next_times import first_free_after, next_free
from tests.domain.conftest import House, frozen, in_days, refused

MOMENT = clock.RESOLUTION


def week(house: House, doctor: User, first: date, **how: object) -> list[FreeSlot]:
    return list(house.run(week_of_free_times(doctor.id, first, **how)))  # type: ignore[arg-type]


def ids(found: Iterable[FreeSlot]) -> list[object]:
    return [one.id for one in found]


def test_a_week_shows_open_slots_in_order(house: House, doctor: User, patient: User) -> None:
    day = in_days(7)
    wanted = [house.slot(doctor, day=day + timedelta(days=n), start=time(10 - n)) for n in (0, 6)]
    taken, gone = (house.slot(doctor, day=day, start=time(hour)) for hour in (14, 15))
    house.slot(doctor, day=day + timedelta(days=7))
    house.slot(doctor, day=day - timedelta(days=1))
    house.slot(house.person(Role.DOCTOR), day=day)
    house.run(book(taken.id, patient))
    house.run(withdraw_slot(gone.id, doctor))
    found = week(house, doctor, day)
    assert ids(found) == ids(wanted)
    assert found[0].doctor_name == doctor.name
    assert found[0].wall_start == wanted[0].wall_start


def test_a_slot_is_free_again_when_its_appointment_is_cancelled(
    house: House, doctor: User, slot: Slot, patient: User
) -> None:
    appointment = house.run(book(slot.id, patient))
    assert week(house, doctor, in_days(7)) == []
    house.run(cancel(appointment.id, patient))
    assert ids(week(house, doctor, in_days(7))) == [slot.id]


def test_a_week_may_begin_on_any_day_and_last_as_long_as_asked(house: House, doctor: User) -> None:
    slots = [house.slot(doctor, day=in_days(7 + number)) for number in range(3)]
    assert ids(week(house, doctor, in_days(7), days=2)) == ids(slots)[:2]
    assert ids(week(house, doctor, in_days(9), days=1)) == ids(slots)[2:]


def test_what_is_shown_as_free_is_exactly_what_may_be_booked(house: House, doctor: User) -> None:
    slot = house.slot(doctor, day=in_days(60))
    practice = clinic.current()
    edges = {
        slot.starts_at - practice.booking_horizon - MOMENT: False,
        slot.starts_at - practice.booking_horizon: True,
        slot.starts_at - practice.min_notice: True,
        slot.starts_at - practice.min_notice + MOMENT: False,
    }
    for moment, free in edges.items():
        with frozen(moment):
            day = date.fromisoformat(slot.wall_start[:10])
            assert ids(week(house, doctor, day)) == ([slot.id] if free else [])
            shown = house.run(first_free_after(doctor.id, clock.now()))
            assert (shown is not None) is free


@pytest.mark.parametrize("edge", ["horizon", "notice"])
def test_the_edges_of_what_is_shown_can_be_booked(
    house: House, doctor: User, patient: User, edge: str
) -> None:
    slot = house.slot(doctor, day=in_days(60))
    practice = clinic.current()
    if edge == "horizon":
        last, beyond = slot.starts_at - practice.booking_horizon, -MOMENT
    else:
        last, beyond = slot.starts_at - practice.min_notice, MOMENT
    with frozen(last + beyond), refused(house, TooLate):
        house.run(book(slot.id, patient))
    with frozen(last):
        house.run(book(slot.id, patient))


def test_staff_see_what_only_they_may_book(
    house: House, doctor: User, receptionist: User, patient: User
) -> None:
    far = house.slot(doctor, day=in_days(200))
    assert week(house, doctor, in_days(200)) == []
    assert week(house, doctor, in_days(200), viewer=patient) == []
    assert ids(week(house, doctor, in_days(200), viewer=receptionist)) == [far.id]
    with frozen(far.starts_at):
        assert ids(week(house, doctor, in_days(0), viewer=receptionist)) == [far.id]
    with frozen(far.starts_at + MOMENT):
        assert week(house, doctor, in_days(0), viewer=receptionist) == []


def test_the_next_free_times_are_found_however_far_they_are(house: House, doctor: User) -> None:
    now = clock.now()
    far = [house.slot(doctor, day=in_days(60), start=time(hour)) for hour in (9, 10, 11, 12)]
    assert ids(house.run(next_free(doctor.id, now))) == ids(far)[:3]
    near = house.slot(doctor, day=in_days(2))
    assert ids(house.run(next_free(doctor.id, now))) == [near.id, *ids(far)[:2]]
    assert ids(house.run(next_free(doctor.id, near.starts_at + MOMENT))) == ids(far)[:3]
    assert house.run(first_free_after(doctor.id, now)).id == near.id
    assert house.run(first_free_after(doctor.id, far[-1].ends_at)) is None


def test_the_nearest_free_times_lie_around_the_lost_one(
    house: House, doctor: User, patient: User
) -> None:
    day = in_days(7)
    hours = [house.slot(doctor, day=day, start=time(hour)) for hour in range(8, 16)]
    lost = hours[3]
    house.run(book(lost.id, patient))
    near = house.run(nearest_free(doctor.id, lost.starts_at))
    assert ids(near) == [hours[index].id for index in (0, 1, 2, 4, 5)]
    assert ids(house.run(nearest_free(doctor.id, lost.starts_at, limit=2))) == [
        hours[2].id,
        hours[4].id,
    ]


def test_the_nearest_free_times_may_all_lie_before_or_after(house: House, doctor: User) -> None:
    day = in_days(7)
    before, after = (house.slot(doctor, day=day + timedelta(days=n)) for n in (-2, 30))
    assert ids(house.run(nearest_free(doctor.id, before.ends_at))) == [before.id, after.id]
    with frozen(before.starts_at):
        assert ids(house.run(nearest_free(doctor.id, before.starts_at))) == [after.id]


@pytest.mark.parametrize("day", [date.min, date(1, 1, 8), date(9998, 12, 31), date.max])
def test_days_out_of_all_calendars_are_refused(house: House, doctor: User, day: date) -> None:
    with refused(house, Invalid):
        week(house, doctor, day)


def test_moments_out_of_all_calendars_find_what_there_is(
    house: House, slot: Slot, doctor: User
) -> None:
    for moment, found in ((datetime.min, [slot.id]), (datetime.max, [])):
        aware = moment.replace(tzinfo=UTC)
        assert ids(house.run(next_free(doctor.id, aware))) == found
        assert ids(house.run(nearest_free(doctor.id, aware))) == found


def test_a_slot_is_shown_in_whatever_status(house: House, slot: Slot, doctor: User) -> None:
    house.run(withdraw_slot(slot.id, doctor))
    assert house.run(slot_shown(slot.id)).status == "withdrawn"
    with pytest.raises(NotFound):
        house.run(slot_shown(new_id()))
