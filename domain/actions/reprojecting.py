"""Keeping wall times when a zone's law changes: the UTC moments of what lies ahead are moved."""

from functools import partial

from domain import spans
from domain.database import DuplicateKey, collection_of, on_reader
from domain.documents import Appointment, Slot
from domain.documents.slot import HELD_SLOT
from domain.events import Actor, AppointmentReprojected
from domain.events.snapshots import appointment_facts
from domain.ids import Id
from domain.outbox import Transaction, transact
from domain.queries.appointments import holder_of, starting_with
from domain.reprojection import HeldSlot, ReprojectionPlan, Shift, plan_reprojection
from domain.writes import Writes, in_transaction

_SYSTEM = Actor(id=None, role="system", name="Bookwell")
_ROUNDS = 5


async def reproject(*, dry_run: bool = False) -> ReprojectionPlan:
    """Move future slots and their appointments to where their wall times now are; report it all.

    What would overlap another slot, and wall times that no longer exist, stay where they are and
    are reported. What is booked or let go in the same moment is looked at again, and reported if it
    never held still. With `dry_run` nothing is written. Running it twice changes nothing more.

    Doctor by doctor, each read in a transaction of its own: none holds all slots that lie ahead,
    and a run that is broken off is gone on with by another.
    """
    whole = ReprojectionPlan()
    for doctor_id in await _doctors_ahead():
        whole.add(await _reproject_of(doctor_id, dry_run=dry_run))
    return whole


async def _doctors_ahead() -> set[Id]:
    ahead = spans.ahead()
    found: set[Id] = set()
    for status in HELD_SLOT:
        where = {"status": status.value, "starts_at": ahead}
        found.update(await on_reader(collection_of(Slot).distinct, "doctor_id", where))
    return found


async def _reproject_of(doctor_id: Id, *, dry_run: bool) -> ReprojectionPlan:
    moved: list[Shift] = []
    for _ in range(_ROUNDS):
        plan = plan_reprojection(await in_transaction(partial(_held_slots_ahead, doctor_id)))
        if dry_run:
            return plan
        await _carry_out(plan)
        moved += plan.shifts
        if not plan.disturbed:
            break
    plan.shifts = moved
    return plan


def _held_slots_ahead(doctor_id: Id, writes: Writes) -> list[HeldSlot]:
    # As of one moment, so that what is booked or let go meanwhile is neither missed nor met twice.
    return [
        slot
        for status in HELD_SLOT
        for slot in writes.rows(
            Slot,
            {"doctor_id": doctor_id, "status": status.value, "starts_at": spans.ahead()},
            HeldSlot,
        )
    ]


async def _carry_out(plan: ReprojectionPlan) -> None:
    """Make the moves of a plan and sort them by what came of them."""
    planned, plan.shifts = plan.shifts, []
    for shift in planned:
        try:
            made = await transact(partial(_store, shift))
        except DuplicateKey:
            plan.overlapping.append(shift)
        else:
            (plan.shifts if made else plan.disturbed).append(shift)


def _store(shift: Shift, transaction: Transaction) -> bool:
    """Move a slot and the appointment in it; tell whether it was still where it had been."""
    slot = shift.slot
    times = {"starts_at": shift.starts_at, "ends_at": shift.ends_at, "cells": shift.cells}
    changed = transaction.change_one(
        Slot,
        {"_id": slot.id, "status": slot.status.value, "starts_at": slot.starts_at},
        {"$set": times},
    )
    if changed:
        _move_appointment(slot, times, transaction)
    return changed


def _move_appointment(slot: HeldSlot, times: dict[str, object], transaction: Transaction) -> None:
    before = holder_of(slot, transaction.find(Appointment, starting_with(slot)))
    if before is None:
        return
    change = {**times, "sequence": before.sequence + 1}
    transaction.change_one(Appointment, {"_id": before.id}, {"$set": change})
    transaction.record(
        AppointmentReprojected(
            actor=_SYSTEM,
            appointment=appointment_facts(before.model_copy(update=change)),
            previous=appointment_facts(before),
        )
    )
