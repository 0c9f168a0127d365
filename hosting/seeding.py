"""Slots, appointments and their events as documents whose events nobody is written to about."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from domain import clock
from domain.actions.claiming import placed_in
from domain.documents import Appointment, AppointmentStatus, EventRecord, Slot, SlotStatus, User
from domain.documents.stored import Stored
from domain.events import (
    Actor,
    AppointmentCancelled,
    AppointmentCreated,
    AppointmentMarked,
    Event,
    SlotsCreated,
    to_record,
)
from domain.events.snapshots import actor_of, appointment_facts
from domain.ids import new_id
from domain.references import new_reference
from domain.text import search_words
from domain.writes import Writes

_SYSTEM = Actor(id=None, role="system")
_NOTICE = timedelta(days=9)


class References:
    """References that are unique among those given out here and those known before."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._given = set(known)

    def new(self) -> str:
        """Return a reference that is not in use."""
        while (reference := new_reference()) in self._given:
            pass
        self._given.add(reference)
        return reference


def booked(
    slot: Slot,
    patient: User,
    reference: str,
    *,
    status: AppointmentStatus = AppointmentStatus.BOOKED,
    reason: str = "",
) -> Appointment:
    """Return an appointment for a slot, which is booked by it unless it was cancelled."""
    cancelled = status is AppointmentStatus.CANCELLED
    slot.status = SlotStatus.OPEN if cancelled else SlotStatus.BOOKED
    created_at = min(slot.starts_at - _NOTICE, clock.now())
    return Appointment(
        reference=reference,
        patient_id=patient.id,
        patient_name=patient.name,
        patient_email=patient.email,
        patient_phone=patient.phone,
        reason=reason,
        words=search_words(patient.name, patient.email),
        status=status,
        created_at=created_at,
        scheduled_at=created_at,
        cancelled_at=created_at if cancelled else None,
        cancelled_by=patient.id if cancelled else None,
        **placed_in(slot),
    )


def events_of(appointment: Appointment, patient: User) -> list[EventRecord]:
    """Return the handled events that led to an appointment's status."""
    facts, actor = appointment_facts(appointment), actor_of(patient)
    created = AppointmentCreated(actor=actor, appointment=facts, occurred_at=appointment.created_at)
    if appointment.status is AppointmentStatus.BOOKED:
        return [handled(created)]
    if appointment.status is AppointmentStatus.CANCELLED:
        ended: Event = AppointmentCancelled(
            actor=actor, appointment=facts, occurred_at=appointment.created_at
        )
    else:
        ended = AppointmentMarked(
            actor=_SYSTEM,
            appointment=facts,
            status=appointment.status.value,
            previous_status=AppointmentStatus.BOOKED.value,
            occurred_at=min(appointment.ends_at, clock.now()),
        )
    return [handled(created), handled(ended)]


def series_event(doctor: User, first: Slot, last: Slot, count: int) -> EventRecord:
    """Return the handled event of a doctor's series of so many slots."""
    return handled(
        SlotsCreated(
            actor=actor_of(doctor),
            series_id=first.series_id or new_id(),
            doctor_id=doctor.id,
            doctor_name=doctor.name,
            doctor_email=doctor.email,
            count=count,
            skipped=0,
            first_starts_at=first.starts_at,
            last_ends_at=last.ends_at,
            from_date=datetime.fromisoformat(first.wall_start).date(),
            until_date=datetime.fromisoformat(last.wall_start).date(),
            minutes=int((first.ends_at - first.starts_at).total_seconds()) // 60,
            zone=first.zone,
        )
    )


def handled(event: Event) -> EventRecord:
    """Return an event's record as if every listener had heard of it."""
    record = to_record(event)
    record.handled, record.handled_at = True, clock.now()
    return record


def store(documents: Sequence[Stored], writes: Writes) -> None:
    """Insert documents of one kind within a transaction, if there are any."""
    if documents:
        writes.insert(*documents)
