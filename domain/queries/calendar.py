"""A doctor's calendar."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from domain import clinic
from domain.audit import saw
from domain.database import on_reader
from domain.documents import (
    ACTIVE_APPOINTMENT,
    Appointment,
    AppointmentStatus,
    Slot,
    SlotStatus,
)
from domain.documents.slot import HELD_SLOT
from domain.ids import Id
from domain.reading import read_rows, readable_found
from domain.sealing import Confidential
from domain.series import LONGEST_SLOT
from domain.walltime import span_bounds


class OfferedSlot(BaseModel):
    """A slot as a calendar needs it."""

    id: Id = Field(alias="_id")
    starts_at: datetime
    ends_at: datetime
    wall_start: str
    fold: int
    zone: str
    status: SlotStatus


class Visit(BaseModel):
    """An appointment as a calendar needs it."""

    id: Id = Field(alias="_id")
    slot_id: Id
    patient_id: Id
    patient_name: str
    reason: Confidential
    status: AppointmentStatus


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """A slot that is offered or booked, and whose booking it is."""

    slot: OfferedSlot
    appointment: Visit | None


@dataclass(frozen=True, kw_only=True)
class DayLoad:
    """How many of a day's slots are taken, whatever became of the visit, and how many are free."""

    taken: int
    free: int

    @property
    def offered(self) -> int:
        """All that is offered."""
        return self.taken + self.free


async def calendar_entries(doctor_id: Id, first_day: date, last_day: date) -> list[CalendarEntry]:
    """Return a doctor's held slots of some local days with their appointments, ascending."""
    start, end = span_bounds(first_day, last_day, clinic.current().zone)
    where = {"doctor_id": doctor_id, "starts_at": {"$gte": start, "$lt": end}}
    slots, appointments = await on_reader(_slots_and_visits, where)
    saw((one.id, one.patient_id) for one in appointments)
    by_slot = {one.slot_id: one for one in appointments if one.status in ACTIVE_APPOINTMENT}
    return [
        CalendarEntry(slot=slot, appointment=by_slot.get(slot.id))
        for slot in slots
        if slot.status in HELD_SLOT
    ]


def _slots_and_visits(where: Mapping[str, Any]) -> tuple[list[OfferedSlot], list[Visit]]:
    ascending = ("starts_at",)
    return (
        readable_found(Slot, where, OfferedSlot, order=ascending),
        readable_found(Appointment, where, Visit, order=ascending),
    )


async def month_load(doctor_id: Id, first_day: date, last_day: date) -> dict[date, DayLoad]:
    """Return how much of each of some local days is taken, for the days that offer anything."""
    start, end = span_bounds(first_day, last_day, clinic.current().zone)
    where = {"doctor_id": doctor_id, "starts_at": {"$gte": start, "$lt": end}}
    slots = await read_rows(Slot, where, _Standing, order=("starts_at",))
    counts: dict[date, Counter[SlotStatus]] = defaultdict(Counter)
    for slot in slots:
        if slot.status in HELD_SLOT:
            counts[slot.starts_at.astimezone(clinic.current().zone).date()][slot.status] += 1
    return {
        day: DayLoad(taken=of_day[SlotStatus.BOOKED], free=of_day[SlotStatus.OPEN])
        for day, of_day in counts.items()
    }


async def held_cells(doctor_id: Id, first: datetime, last: datetime) -> set[int]:
    """Return the five-minute cells that a doctor's slots cover from one start to another."""
    where = {
        "doctor_id": doctor_id,
        "starts_at": {"$gt": first - LONGEST_SLOT, "$lt": last + LONGEST_SLOT},
    }
    slots = await read_rows(Slot, where, _Cells)
    return {cell for slot in slots if slot.status in HELD_SLOT for cell in slot.cells}


class _Standing(BaseModel):
    status: SlotStatus
    starts_at: datetime


class _Cells(BaseModel):
    status: SlotStatus
    cells: list[int]
