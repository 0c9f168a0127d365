"""Which stored times no longer show the wall time that was meant, once zone rules have changed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import BaseModel, Field

from domain.documents import SlotStatus
from domain.ids import Id
from domain.walltime import cells_of, moments, zone_named


class HeldSlot(BaseModel):
    """What of a slot decides whether it moves, and says which it is."""

    id: Id = Field(alias="_id")
    doctor_id: Id
    starts_at: datetime
    ends_at: datetime
    wall_start: str
    fold: int
    zone: str
    cells: list[int]
    status: SlotStatus


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A slot whose wall time now stands for another UTC moment."""

    slot: HeldSlot
    starts_at: datetime

    @property
    def by(self) -> timedelta:
        """How much later it is than what is stored."""
        return self.starts_at - self.slot.starts_at

    @property
    def ends_at(self) -> datetime:
        """The new UTC end: the length does not change."""
        return self.slot.ends_at + self.by

    @property
    def cells(self) -> list[int]:
        """The five-minute cells that it covers then."""
        return cells_of(self.starts_at, self.ends_at)


@dataclass(kw_only=True)
class ReprojectionPlan:
    """What to move, in an order in which nothing is in the way; and what cannot be moved.

    `disturbed`: what somebody changed in the very moment in which it was to move.
    """

    shifts: list[Shift] = field(default_factory=list)
    overlapping: list[Shift] = field(default_factory=list)
    nonexistent: list[HeldSlot] = field(default_factory=list)
    disturbed: list[Shift] = field(default_factory=list)

    def add(self, other: "ReprojectionPlan") -> None:
        """Take up what another plan says."""
        self.shifts += other.shifts
        self.overlapping += other.overlapping
        self.nonexistent += other.nonexistent
        self.disturbed += other.disturbed


def plan_reprojection(slots: Iterable[HeldSlot]) -> ReprojectionPlan:
    """Compare held slots with today's zone rules and plan the moves that keep their wall times."""
    plan = ReprojectionPlan()
    held: dict[Id, set[int]] = defaultdict(set)
    shifts: list[Shift] = []
    for slot in slots:
        held[slot.doctor_id].update(slot.cells)
        meant = _meant(slot)
        if meant is None:
            plan.nonexistent.append(slot)
        elif meant != slot.starts_at:
            shifts.append(Shift(slot=slot, starts_at=meant))
    for shift in _outermost_first(shifts):
        taken = held[shift.slot.doctor_id]
        others = taken.difference(shift.slot.cells)
        if others.isdisjoint(shift.cells):
            held[shift.slot.doctor_id] = others.union(shift.cells)
            plan.shifts.append(shift)
        else:
            plan.overlapping.append(shift)
    return plan


def _meant(slot: HeldSlot) -> datetime | None:
    found = moments(datetime.fromisoformat(slot.wall_start), zone_named(slot.zone))
    return found[min(slot.fold, len(found) - 1)] if found else None


def _outermost_first(shifts: list[Shift]) -> list[Shift]:
    """Order the moves so that neighbours moving the same way never stand in each other's way."""
    later = [shift for shift in shifts if shift.by > timedelta(0)]
    earlier = [shift for shift in shifts if shift.by < timedelta(0)]
    return [
        *sorted(later, key=lambda shift: shift.slot.starts_at, reverse=True),
        *sorted(earlier, key=lambda shift: shift.slot.starts_at),
    ]
