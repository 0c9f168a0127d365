"""`run.py reproject`: what a change of time-zone law moved, told with ids and without names."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

import tzdata

from domain.actions.reprojecting import reproject
from domain.documents import SlotStatus
from domain.queries.appointments import appointment_in
from domain.reprojection import HeldSlot, ReprojectionPlan, Shift


@dataclass(frozen=True)
class Report:
    """What to tell the operator; `settled` unless something waits for a person's decision."""

    lines: list[str]
    settled: bool


async def reprojected(*, dry_run: bool) -> Report:
    """Move what lies ahead to where its wall time now is, and tell what came of it."""
    plan = await reproject(dry_run=dry_run)
    lines = [line async for line in _lines(plan, dry_run=dry_run)]
    return Report(
        lines=[*lines, _summary(plan, dry_run=dry_run)],
        settled=not (plan.overlapping or plan.nonexistent or plan.disturbed),
    )


async def _lines(plan: ReprojectionPlan, *, dry_run: bool) -> AsyncIterator[str]:
    verb = "would move" if dry_run else "moved"
    for shift in sorted(plan.shifts, key=lambda one: one.starts_at):
        stored = shift.slot.starts_at if dry_run else shift.starts_at
        slot = shift.slot.model_copy(update={"starts_at": stored})
        yield f"{verb:10} {await _which(slot)}: {_from_to(shift)}"
    for shift in plan.overlapping:
        yield (
            f"{'overlaps':10} {await _which(shift.slot)}: {_from_to(shift)} would overlap another "
            "time of the doctor or the patient; it stays. Withdraw or move one of the two."
        )
    for slot in plan.nonexistent:
        yield (
            f"{'no longer':10} {await _which(slot)}: the clock now jumps over this time; it stays "
            f"at {_utc(slot.starts_at)}. Withdraw it."
        )
    for shift in plan.disturbed:
        yield (
            f"{'disturbed':10} {await _which(shift.slot)}: {_from_to(shift)} was changed by "
            "somebody whenever it was to move. Run this again."
        )


async def _which(slot: HeldSlot) -> str:
    """Return "slot 0123… (appointment K7Q-4MD), 2026-12-01T09:00 America/Vancouver"."""
    booked = await appointment_in(slot) if slot.status is SlotStatus.BOOKED else None
    reference = f" (appointment {booked.reference})" if booked else ""
    return f"slot {slot.id}{reference}, {slot.wall_start} {slot.zone}"


def _from_to(shift: Shift) -> str:
    return f"{_utc(shift.slot.starts_at)} to {_utc(shift.starts_at)}"


def _summary(plan: ReprojectionPlan, *, dry_run: bool) -> str:
    counts = (
        f"{len(plan.shifts)} {'to move' if dry_run else 'moved'}, "
        f"{len(plan.overlapping)} in the way of others, "
        f"{len(plan.nonexistent)} at times that no longer exist, "
        f"{len(plan.disturbed)} changed by others"
    )
    return f"tzdata {tzdata.IANA_VERSION}: {counts}{'; nothing was written' if dry_run else ''}."


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}"
