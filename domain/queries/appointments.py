"""Appointments, as the people concerned see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from domain import clock
from domain.audit import saw
from domain.database import on_reader
from domain.documents import (
    ACTIVE_APPOINTMENT,
    Appointment,
    AppointmentStatus,
    EventRecord,
    Slot,
    SlotStatus,
)
from domain.documents.user import DESK, Role, User
from domain.errors import NotFound
from domain.events import Event, readable_events
from domain.ids import Id
from domain.queries.marks import mark_of, read_mark
from domain.reading import one_found, read_one, read_rows
from domain.writes import Writes

_SHOWN_BACK, _SHOWN_AHEAD = timedelta(days=5 * 366), timedelta(days=10 * 366)
_MOST_SHOWN = 200
PAGE_SIZE = 12
_MOST_EARLIER = 20
_STANDING = (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED)


class _Held(Protocol):
    """Some slot, whole or in part."""

    @property
    def id(self) -> Id: ...
    @property
    def doctor_id(self) -> Id: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


@dataclass(frozen=True, kw_only=True)
class PatientAppointments:
    """A patient's appointments: what lies ahead (ascending) and what is over (descending).

    `later`, `older`: the marks from which each goes on, None where there is no more.
    """

    upcoming: list[Appointment]
    past: list[Appointment]
    later: str | None = None
    older: str | None = None


async def of_patient(
    patient_id: Id, *, after: str | None = None, before: str | None = None, size: int = PAGE_SIZE
) -> PatientAppointments:
    """Return a patient's appointments around now, or those that come `after` or `before` a mark.

    Raises:
        Invalid: a mark is none of this list.
    """
    now = clock.now()
    where = {
        "patient_id": patient_id,
        "starts_at": {"$gte": now - _SHOWN_BACK, "$lt": now + _SHOWN_AHEAD},
    }
    rows = await read_rows(Appointment, where, Appointment, order=("-starts_at",))
    found = sorted(rows, key=lambda one: (one.starts_at, one.id), reverse=True)
    ahead = [one for one in reversed(found) if _lies_ahead(one, now)]
    over = [one for one in found if not _lies_ahead(one, now)]
    if after:
        mark = read_mark(after)
        ahead, over = [one for one in ahead if (one.starts_at, one.id) > mark], []
    elif before:
        mark = read_mark(before)
        ahead, over = [], [one for one in over if (one.starts_at, one.id) < mark]
    return PatientAppointments(
        upcoming=ahead[:size],
        past=over[:size],
        later=mark_of(ahead[size - 1]) if len(ahead) > size else None,
        older=mark_of(over[size - 1]) if len(over) > size else None,
    )


async def visible(appointment_id: Id, viewer: User) -> Appointment:
    """Return an appointment that the viewer may see: its patient, its doctor, the desk.

    Raises:
        NotFound: there is none, or it is none of the viewer's business.
    """
    return await on_reader(visible_found, appointment_id, viewer)


def visible_found(appointment_id: Id, viewer: User) -> Appointment:
    """Return the same, on a thread."""
    appointment = one_found(Appointment, {"_id": appointment_id})
    if appointment is None or not _concerns(appointment, viewer):
        raise NotFound("There is no such appointment.")
    saw([(appointment.id, appointment.patient_id)])
    return appointment


async def history(appointment_id: Id) -> list[Event]:
    """Return what happened to an appointment, ascending: of very much, the latest."""
    now = clock.now()
    where = {
        "subject_id": appointment_id,
        "occurred_at": {"$gte": now - _SHOWN_BACK, "$lte": now + timedelta(days=1)},
    }
    newest = ("-occurred_at",)
    records = await read_rows(EventRecord, where, EventRecord, order=newest, limit=_MOST_SHOWN)
    return readable_events(sorted(records, key=lambda one: (one.occurred_at, one.id)))


async def affected_by_withdrawal(slot_id: Id, doctor: User) -> tuple[Slot, Appointment | None]:
    """Return a doctor's own slot and the appointment that would end with it.

    Raises:
        NotFound: there is no such slot, or it is another doctor's.
    """
    slot = await read_one(Slot, {"_id": slot_id, "doctor_id": doctor.id})
    if slot is None:
        raise NotFound("There is no such time.")
    if slot.status is not SlotStatus.BOOKED:
        return slot, None
    appointment = await appointment_in(slot)
    if appointment is not None:
        saw([(appointment.id, appointment.patient_id)])
    return slot, appointment


async def appointment_in(slot: _Held) -> Appointment | None:
    """Return the active appointment that holds a slot."""
    return holder_of(slot, await Appointment.find(starting_with(slot)).to_list())


def starting_with(slot: _Held) -> dict[str, Any]:
    """Return the condition on appointments at a slot's time with its doctor, cancelled ones too."""
    return {"doctor_id": slot.doctor_id, "starts_at": slot.starts_at}


def holder_of(slot: _Held, found: Iterable[Appointment]) -> Appointment | None:
    """Return which of some appointments holds a slot."""
    held = (one for one in found if one.slot_id == slot.id and one.status in ACTIVE_APPOINTMENT)
    return next(held, None)


def active_by_slot(slots: Sequence[_Held], reads: Writes) -> dict[Id, Appointment]:
    """Return the active appointments in some slots of one doctor, which ascend."""
    if not slots:
        return {}
    where = {
        "doctor_id": slots[0].doctor_id,
        "starts_at": {"$gte": slots[0].starts_at, "$lt": slots[-1].ends_at},
    }
    held = {slot.id for slot in slots}
    return {
        one.slot_id: one
        for one in reads.find(Appointment, where)
        if one.slot_id in held and one.status in ACTIVE_APPOINTMENT
    }


async def past_with_doctor(appointment: Appointment) -> list[Appointment]:
    """Return a patient's earlier appointments with the same doctor, the newest first."""
    where = {
        "patient_id": appointment.patient_id,
        "starts_at": {
            "$gte": appointment.starts_at - _SHOWN_BACK,
            "$lt": appointment.starts_at,
        },
    }
    newest = ("-starts_at",)
    found = await read_rows(Appointment, where, Appointment, order=newest, limit=_MOST_SHOWN)
    return [one for one in found if one.doctor_id == appointment.doctor_id][:_MOST_EARLIER]


def _lies_ahead(appointment: Appointment, now: datetime) -> bool:
    return appointment.ends_at > now and appointment.status in _STANDING


def _concerns(appointment: Appointment, viewer: User) -> bool:
    if viewer.role in DESK:
        return True
    if viewer.role is Role.DOCTOR:
        return appointment.doctor_id == viewer.id
    return appointment.patient_id == viewer.id
