"""What must hold in any database of Bookwell, looked up in plain documents."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from domain.documents import ACTIVE_APPOINTMENT, Appointment, EventRecord, Slot, SlotStatus
from domain.documents.slot import HELD_SLOT
from domain.events import from_record


async def broken() -> list[str]:
    """Return a sentence for each invariant that does not hold."""
    slots = await Slot.find_all().to_list()
    appointments = await Appointment.find_all().to_list()
    events = await EventRecord.find_all().to_list()
    return [
        sentence
        for sentence, found in {
            "a slot is booked without an appointment, or the other way round": _unmatched(
                slots, appointments
            ),
            "a doctor's slots overlap": _twice(
                (slot.doctor_id, cell)
                for slot in slots
                if slot.status in HELD_SLOT
                for cell in slot.cells
            ),
            "a patient is in two places": _twice(
                (one.patient_id, cell) for one in _active(appointments) for cell in one.cells
            ),
            "a reference is given out twice": _twice(one.reference for one in appointments),
            "an appointment has no event of its creation": _uncreated(appointments, events),
            "an event waits to be sent": [event.id for event in events if not event.handled],
        }.items()
        if found
    ]


def _unmatched(slots: list[Slot], appointments: list[Appointment]) -> set[Any]:
    booked = {slot.id for slot in slots if slot.status is SlotStatus.BOOKED}
    return booked ^ {appointment.slot_id for appointment in _active(appointments)}


def _uncreated(appointments: list[Appointment], events: list[EventRecord]) -> set[Any]:
    created = {from_record(one).subject_id for one in events if one.kind == "appointment.created"}
    return {appointment.id for appointment in appointments} - created


def _active(appointments: list[Appointment]) -> list[Appointment]:
    return [one for one in appointments if one.status in ACTIVE_APPOINTMENT]


def _twice(things: Iterable[Any]) -> list[Any]:
    return [thing for thing, times in Counter(things).items() if times > 1]
