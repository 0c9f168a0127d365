"""Wall times outlive a change of time-zone law."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest

from domain import spans
from domain.actions import booking, moving, reprojecting, restoring
from domain.actions.booking import book, book_for_newcomer
from domain.actions.cancelling import cancel
from domain.actions.closing import close_days
from domain.actions.moving import move
from domain.actions.reprojecting import reproject
from domain.actions.restoring import restore
from domain.changing import change_one
from domain.database import collection_of
from domain.documents import Appointment, AppointmentStatus, Slot, SlotStatus, User
from domain.errors import SlotTaken
from domain.walltime import cells_of
from hosting.reprojecting import reprojected
from tests.conftest import Run
from tests.domain.conftest import House, in_days
from tests.domain.meanwhile import Deed, before_the_claim, meanwhile

HOUR = timedelta(hours=1)


def put(run: Run, slot: Slot, by: timedelta) -> None:
    """Store a slot, and the appointment in it, as older zone rules would have placed it."""
    starts_at, ends_at = slot.starts_at + by, slot.ends_at + by
    times = {"starts_at": starts_at, "ends_at": ends_at, "cells": cells_of(starts_at, ends_at)}
    run(change_one(Slot, {"_id": slot.id}, {"$set": times}))
    run(change_one(Appointment, {"slot_id": slot.id}, {"$set": times}))


def hold_the_same_time(house: House, slot: Slot) -> None:
    """The slot is where its wall time is, and what stands in it says so too."""
    stored = house.now(slot)
    assert (stored.starts_at, stored.cells) == (slot.starts_at, slot.cells)
    for one in house.run(Appointment.find({"slot_id": slot.id, "status": "booked"}).to_list()):
        assert (one.starts_at, one.ends_at, one.cells) == (slot.starts_at, slot.ends_at, slot.cells)


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


def test_what_is_booked_while_its_time_is_moved_is_refused_and_free_at_the_new_time(
    house: House,
    slot: Slot,
    patient: User,
    receptionist: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ada = {"name": "Ada", "email": "ada@example.org"}
    attempts: list[Deed] = [
        partial(book, slot.id, patient),
        partial(book_for_newcomer, slot.id, actor=receptionist, **ada),
    ]
    for attempt in attempts:
        put(house.run, slot, HOUR)
        with monkeypatch.context() as patched:
            before_the_claim(patched, booking, reproject, house.run)
            with pytest.raises(SlotTaken):
                house.run(attempt())
    assert house.run(Appointment.count()) == house.run(User.find({"name": "Ada"}).count()) == 0
    assert house.now(slot).status is SlotStatus.OPEN
    house.run(book(slot.id, patient))
    hold_the_same_time(house, slot)


def test_who_moves_to_a_time_that_is_moved_meanwhile_keeps_the_former_one(
    house: House, doctor: User, slot: Slot, patient: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked = house.run(book(slot.id, patient))
    wanted = house.slot(doctor, start=time(11))
    put(house.run, wanted, HOUR)
    before_the_claim(monkeypatch, moving, reproject, house.run)
    with pytest.raises(SlotTaken):
        house.run(move(booked.id, wanted.id, patient))
    assert house.now(booked) == booked
    assert (house.now(slot).status, house.now(wanted).status) == ("booked", "open")
    house.run(move(booked.id, wanted.id, patient))
    hold_the_same_time(house, wanted)


@pytest.mark.parametrize("moment", ["before", "meanwhile"])
def test_a_cancellation_is_not_undone_at_a_time_that_was_moved(
    house: House, slot: Slot, patient: User, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    booked = house.run(book(slot.id, patient))
    put(house.run, slot, HOUR)
    house.run(cancel(booked.id, patient))
    if moment == "before":
        house.run(reproject())
    else:
        meanwhile(monkeypatch, restoring, reproject)
    with pytest.raises(SlotTaken):
        house.run(restore(booked.id, patient))
    assert house.now(booked).status is AppointmentStatus.CANCELLED
    assert house.now(slot).status is SlotStatus.OPEN
    hold_the_same_time(house, slot)


def test_nor_where_the_desk_has_closed_the_day_since(
    house: House, slot: Slot, patient: User, receptionist: User
) -> None:
    booked = house.run(book(slot.id, patient))
    put(house.run, slot, HOUR)
    house.run(cancel(booked.id, receptionist, reason="Ill"))
    house.run(reproject())
    days = (in_days(7), in_days(7))
    house.run(close_days(slot.doctor_id, *days, receptionist, cancelling=[], reason="Ill"))
    with pytest.raises(SlotTaken):
        house.run(restore(booked.id, receptionist))
    assert house.now(booked).status is AppointmentStatus.CANCELLED
    assert house.now(slot).status is SlotStatus.WITHDRAWN


def test_what_is_booked_or_let_go_before_its_turn_moves_in_the_same_run(
    house: House, slot: Slot, patient: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(house.run, slot, HOUR)
    with monkeypatch.context() as patched:
        answers = meanwhile(patched, reprojecting, partial(book, slot.id, patient))
        plan = house.run(reproject())
    assert [one.slot.status for one in plan.shifts] == [SlotStatus.BOOKED]
    assert (plan.overlapping, plan.disturbed) == ([], [])
    hold_the_same_time(house, slot)
    [booked] = answers
    put(house.run, slot, HOUR)
    meanwhile(monkeypatch, reprojecting, partial(cancel, booked.id, patient))
    plan = house.run(reproject())
    assert [one.slot.status for one in plan.shifts] == [SlotStatus.OPEN]
    hold_the_same_time(house, slot)


def test_what_was_in_the_way_of_others_for_a_moment_is_in_nobodys_way(
    house: House, doctor: User, patient: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    slots = [house.slot(doctor, start=time(hour)) for hour in (9, 10, 11)]
    for slot in reversed(slots):
        put(house.run, slot, HOUR)
    meanwhile(monkeypatch, reprojecting, partial(book, slots[0].id, patient))
    plan = house.run(reproject())
    assert {one.slot.id for one in plan.shifts} == {slot.id for slot in slots}
    assert (plan.overlapping, plan.disturbed) == ([], [])
    for slot in slots:
        hold_the_same_time(house, slot)


def test_a_time_let_go_while_the_plan_is_made_is_not_missed(
    house: House, slot: Slot, patient: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked = house.run(book(slot.id, patient))
    put(house.run, slot, HOUR)
    ahead = spans.ahead
    asked: list[spans.Span] = []

    def let_go() -> spans.Span:
        asked.append(ahead())
        if len(asked) == 3:  # the open times have been read, the booked ones not yet
            for kind, where, status in (
                (Slot, {"_id": slot.id}, "open"),
                (Appointment, {"_id": booked.id}, "cancelled"),
            ):
                collection_of(kind).update_one(where, {"$set": {"status": status}})
        return asked[-1]

    monkeypatch.setattr(spans, "ahead", let_go)
    plan = house.run(reproject())
    assert [one.slot.id for one in plan.shifts] == [slot.id]
    hold_the_same_time(house, slot)


def test_a_run_that_is_broken_off_is_gone_on_with_doctor_by_doctor(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    slots = [house.slot(one) for one in house.doctors(3, "Cardiology")]
    for slot in slots:
        put(house.run, slot, HOUR)
    plan, planned = reprojecting.plan_reprojection, []  # type: ignore[attr-defined]

    def once(found: list[Any]) -> Any:
        planned.append({one.doctor_id for one in found})
        if len(planned) == 2:
            raise ConnectionError
        return plan(found)

    with monkeypatch.context() as patched:
        patched.setattr(reprojecting, "plan_reprojection", once)
        with pytest.raises(ConnectionError):
            house.run(reproject())
    assert [len(doctors) for doctors in planned] == [1, 1]
    assert len(house.run(reproject()).shifts) == 2
    for slot in slots:
        hold_the_same_time(house, slot)


def test_what_never_holds_still_is_reported_after_some_rounds(
    house: House, slot: Slot, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(house.run, slot, HOUR)
    write = reprojecting.transact  # type: ignore[attr-defined]
    tried: list[bool] = []

    async def come_and_go(work: Callable[[Any], Any]) -> Any:
        for status in ("withdrawn", "open"):
            await change_one(Slot, {"_id": slot.id}, {"$set": {"status": status}})
            if status == "withdrawn":
                tried.append(await write(work))

    with monkeypatch.context() as patched:
        patched.setattr(reprojecting, "transact", come_and_go)
        report = house.run(reprojected(dry_run=False))
    assert tried == [False] * 5
    assert not report.settled
    assert report.lines[0].startswith(f"disturbed  slot {slot.id}, ")
    assert "0 moved, 0 in the way of others" in report.lines[-1]
    assert "1 changed by others" in report.lines[-1]
    assert house.run(reprojected(dry_run=False)).settled
    hold_the_same_time(house, slot)
