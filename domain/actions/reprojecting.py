"""Keeping wall times when a zone's law changes: the UTC moments of what lies ahead are moved."""

from collections.abc import AsyncIterator
from functools import partial

from domain import spans
from domain.database import DuplicateKey
from domain.documents import Appointment, Slot
from domain.documents.slot import HELD_SLOT
from domain.events import Actor, AppointmentReprojected
from domain.events.snapshots import appointment_facts
from domain.outbox import Transaction, transact
from domain.queries.appointments import holder_of, starting_with
from domain.reprojection import ReprojectionPlan, Shift, plan_reprojection

_SYSTEM = Actor(id=None, role="system", name="Bookwell")


async def reproject(*, dry_run: bool = False) -> ReprojectionPlan:
    """Move future slots and their appointments to where their wall times now are; report it all.

    What would overlap another slot, and wall times that no longer exist, stay where they are and
    are reported. With `dry_run` nothing is written. Running it twice changes nothing more.
    """
    plan = plan_reprojection([slot async for slot in _held_slots_ahead()])
    if dry_run:
        return plan
    moved: list[Shift] = []
    for shift in plan.shifts:
        try:
            if await transact(partial(_store, shift)):
                moved.append(shift)
        except DuplicateKey:
            plan.overlapping.append(shift)
    plan.shifts = moved
    return plan


async def _held_slots_ahead() -> AsyncIterator[Slot]:
    for status in HELD_SLOT:
        async for slot in Slot.find({"status": status.value, "starts_at": spans.ahead()}):
            yield slot


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


def _move_appointment(slot: Slot, times: dict[str, object], transaction: Transaction) -> None:
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
