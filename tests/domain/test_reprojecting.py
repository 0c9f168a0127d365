"""Wall times outlive a change of time-zone law."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.actions.booking import book
from domain.actions.reprojecting import reproject
from domain.database import change_one
from domain.documents import Appointment, Slot, User
from domain.walltime import cells_of
from tests.conftest import Run
from tests.domain.conftest import House, in_days


def put(run: Run, slot: Slot, by: timedelta) -> None:
    """Store a slot, and the appointment in it, as older zone rules would have placed it."""
    starts_at, ends_at = slot.starts_at + by, slot.ends_at + by
    times = {"starts_at": starts_at, "ends_at": ends_at, "cells": cells_of(starts_at, ends_at)}
    run(change_one(Slot, {"_id": slot.id}, {"$set": times}))
    run(change_one(Appointment, {"slot_id": slot.id}, {"$set": times}))


@pytest.mark.parametrize("hours", [-1, 1])
def test_slots_that_stand_one_after_another_all_move(
    house: House, doctor: User, hours: int
) -> None:
    slots = [
        house.slot(doctor, start=datetime(2000, 1, 1, 9 + n // 2, n % 2 * 30).time())
        for n in range(6)
    ]
    shift = timedelta(hours=hours)
    for slot in slots if hours < 0 else reversed(slots):
        put(house.run, slot, shift)
    plan = house.run(reproject())
    assert (len(plan.shifts), plan.overlapping, plan.nonexistent) == (6, [], [])
    assert [house.run(Slot.get(slot.id)).starts_at for slot in slots] == [
        slot.starts_at for slot in slots
    ]


def test_an_appointment_moves_with_its_slot_and_says_so(
    house: House, slot: Slot, patient: User
) -> None:
    booked = house.run(book(slot.id, patient))
    put(house.run, slot, timedelta(hours=1))
    house.events.clear()
    house.run(reproject())
    stored = house.run(Appointment.get(booked.id))
    assert (stored.starts_at, stored.cells, stored.sequence) == (slot.starts_at, slot.cells, 1)
    [event] = house.events
    assert event.kind == "appointment.reprojected"
    assert event.previous.starts_at - event.appointment.starts_at == timedelta(hours=1)  # type: ignore[attr-defined]


def test_doing_it_twice_changes_nothing_more(house: House, slot: Slot) -> None:
    put(house.run, slot, timedelta(hours=1))
    assert len(house.run(reproject()).shifts) == 1
    assert house.run(reproject()).shifts == []


def test_a_dry_run_writes_nothing(house: House, slot: Slot) -> None:
    put(house.run, slot, timedelta(hours=1))
    house.events.clear()
    plan = house.run(reproject(dry_run=True))
    assert [shift.starts_at for shift in plan.shifts] == [slot.starts_at]
    assert house.run(Slot.get(slot.id)).starts_at == slot.starts_at + timedelta(hours=1)
    assert house.events == []


def test_what_would_overlap_stays_and_is_reported(house: House, doctor: User, slot: Slot) -> None:
    put(house.run, slot, timedelta(hours=2))
    in_the_way = house.slot(doctor)
    for dry_run in (True, False):
        plan = house.run(reproject(dry_run=dry_run))
        assert ([one.slot.id for one in plan.overlapping], plan.shifts) == ([slot.id], [])
    assert house.run(Slot.get(in_the_way.id)).starts_at == slot.starts_at


def test_a_wall_time_that_no_longer_exists_is_reported(house: House, slot: Slot) -> None:
    gap = {"wall_start": "2031-03-30T02:30", "starts_at": datetime(2031, 3, 30, 1, tzinfo=UTC)}
    house.run(change_one(Slot, {"_id": slot.id}, {"$set": gap}))
    assert [one.id for one in house.run(reproject()).nonexistent] == [slot.id]


def test_what_has_passed_is_left_alone(house: House, slot: Slot) -> None:
    put(house.run, slot, timedelta(days=-30))
    assert house.run(reproject()).shifts == []
    assert in_days(7) == slot.starts_at.date()
