"""A doctor's calendar."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pydantic import BaseModel

from domain import clinic
from domain.documents import ACTIVE_APPOINTMENT, Appointment, Slot, SlotStatus
from domain.documents.slot import HELD_SLOT
from domain.ids import Id
from domain.walltime import span_bounds

_LONGEST_SLOT = timedelta(hours=8)


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """A slot that is offered or booked, and whose booking it is."""

    slot: Slot
    appointment: Appointment | None


async def calendar_entries(doctor_id: Id, first_day: date, last_day: date) -> list[CalendarEntry]:
    """Return a doctor's held slots of some local days with their appointments, ascending."""
    start, end = span_bounds(first_day, last_day, clinic.current().zone)
    where = {"doctor_id": doctor_id, "starts_at": {"$gte": start, "$lt": end}}
    slots, appointments = await asyncio.gather(
        Slot.find(where).sort("+starts_at").to_list(),
        Appointment.find(where).sort("+starts_at").to_list(),
    )
    by_slot = {one.slot_id: one for one in appointments if one.status in ACTIVE_APPOINTMENT}
    return [
        CalendarEntry(slot=slot, appointment=by_slot.get(slot.id))
        for slot in slots
        if slot.status in HELD_SLOT
    ]


async def held_cells(doctor_id: Id, first: datetime, last: datetime) -> set[int]:
    """Return the five-minute cells that a doctor's slots cover from one start to another."""
    where = {
        "doctor_id": doctor_id,
        "starts_at": {"$gt": first - _LONGEST_SLOT, "$lt": last + _LONGEST_SLOT},
    }
    slots = await Slot.find(where).project(_Cells).to_list()
    return {cell for slot in slots if slot.status in HELD_SLOT for cell in slot.cells}


class _Cells(BaseModel):
    status: SlotStatus
    cells: list[int]
