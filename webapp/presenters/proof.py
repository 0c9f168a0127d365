"""All that the page of one appointment shows."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from domain import clinic, clock
from domain.actions.restoring import RESTORABLE_FOR, can_restore
from domain.documents import STAFF, Appointment, AppointmentStatus, Role, SlotStatus, User
from domain.events import AppointmentCreated, Event, PatientAddressChanged
from domain.events.snapshots import actor_of, appointment_facts
from domain.queries import appointments, free_times
from webapp.forms.booking import CancelForm
from webapp.presenters.history import told
from webapp.presenters.marks import mark_choices
from webapp.trace import Delivery, deliveries

_NEW = timedelta(seconds=5)
_NOTHING_INSTEAD: dict[str, Any] = {"restorable_until": None, "nearest": []}


async def proof(
    appointment: Appointment, viewer: User, *, is_free: bool | None = None, **forms: Any
) -> dict[str, Any]:
    """Return what the page needs; `forms` are refused ones that are shown again.

    `is_free`: whether its time is, where whoever asks has just been told so.
    """
    events, messages, instead, earlier = await asyncio.gather(
        _events(appointment, viewer),
        _messages(appointment, viewer),
        _instead(appointment, viewer, is_free=is_free),
        _earlier(appointment, viewer),
    )
    shown = _shown(appointment, viewer, events, messages, **forms)
    return {**shown, **instead, "earlier": earlier}


def _shown(
    appointment: Appointment,
    viewer: User,
    events: Sequence[Event],
    messages: Sequence[Delivery],
    **forms: Any,
) -> dict[str, Any]:
    changeable = can_change(appointment, viewer)
    return {
        "appointment": appointment,
        "history": [told(event, viewer, messages) for event in events],
        "cancel_form": forms.get("cancel_form") or CancelForm(formdata=None),
        "can_cancel": changeable,
        "can_move": changeable and viewer.role is not Role.DOCTOR,
        "too_late": _too_late(appointment, viewer),
        "marks": mark_choices(appointment) if viewer.role in STAFF else [],
        "by_staff": viewer.role in STAFF,
    }


async def proof_of_new(appointment: Appointment, viewer: User) -> dict[str, Any]:
    """Return what the answer to a booking shows; what else became of an old one is looked up."""
    is_new = clock.now() - appointment.created_at < _NEW and appointment.sequence == 0
    if not is_new or appointment.status is not AppointmentStatus.BOOKED:
        return await proof(appointment, viewer)
    created = AppointmentCreated(
        actor=actor_of(viewer),
        appointment=appointment_facts(appointment),
        occurred_at=appointment.created_at,
    )
    return _shown(appointment, viewer, [created], []) | _NOTHING_INSTEAD


async def _instead(
    appointment: Appointment, viewer: User, *, is_free: bool | None
) -> dict[str, Any]:
    """Return until when a cancellation may be taken back, and what else is free around its time."""
    if appointment.status is not AppointmentStatus.CANCELLED or viewer.role is Role.DOCTOR:
        return _NOTHING_INSTEAD
    if is_free is None:
        is_free = (await free_times.slot_shown(appointment.slot_id)).status is SlotStatus.OPEN
    cancelled_at = appointment.cancelled_at
    if cancelled_at and is_free and can_restore(appointment, viewer):
        return {"restorable_until": cancelled_at + RESTORABLE_FOR, "nearest": []}
    if viewer.role in STAFF:
        return _NOTHING_INSTEAD
    near = await free_times.nearest_free(
        appointment.doctor_id, appointment.starts_at, limit=3, viewer=viewer
    )
    return {"restorable_until": None, "nearest": near}


async def _earlier(appointment: Appointment, viewer: User) -> list[Appointment]:
    """Return, for the doctor, what the patient came for before."""
    if viewer.role is not Role.DOCTOR:
        return []
    return await appointments.past_with_doctor(appointment)


async def _events(appointment: Appointment, viewer: User) -> list[Event]:
    """Return what happened to an appointment; staff also see where else its patient is written."""
    happened = await appointments.history(appointment.id)
    if viewer.role not in STAFF:
        return happened
    changes = await appointments.history(appointment.patient_id)
    since = [
        one
        for one in changes
        if isinstance(one, PatientAddressChanged) and one.occurred_at >= appointment.created_at
    ]
    return sorted([*happened, *since], key=lambda one: one.occurred_at)


async def _messages(appointment: Appointment, viewer: User) -> list[Delivery]:
    """Return what was told about an appointment; what other systems were told is for staff."""
    told_of = await deliveries().of_subject(appointment.id)
    return [
        one for one in told_of if viewer.role in STAFF or deliveries().is_to_people(one.channel)
    ]


def can_change(appointment: Appointment, viewer: User) -> bool:
    """Tell whether the page offers to move or cancel; the action decides."""
    if appointment.status is not AppointmentStatus.BOOKED:
        return False
    if viewer.role in STAFF:
        return appointment.ends_at > clock.now()
    return clock.now() <= appointment.starts_at - clinic.current().cancel_cutoff


def _too_late(appointment: Appointment, viewer: User) -> bool:
    ahead = appointment.starts_at > clock.now()
    stands = appointment.status is AppointmentStatus.BOOKED
    return ahead and stands and not can_change(appointment, viewer)
