"""All that the page of one appointment shows."""

import asyncio
from typing import Any

from domain import clinic, clock
from domain.documents import STAFF, Appointment, AppointmentStatus, Role, User
from domain.events import Event
from domain.queries import appointments
from webapp.forms.booking import CancelForm
from webapp.presenters.history import told
from webapp.presenters.marks import mark_choices
from webapp.trace import deliveries


async def proof(appointment: Appointment, viewer: User, **forms: Any) -> dict[str, Any]:
    """Return what the page needs; `forms` are refused ones that are shown again."""
    events, messages = await asyncio.gather(
        _events(appointment, viewer), deliveries().of_subject(appointment.id)
    )
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


async def _events(appointment: Appointment, viewer: User) -> list[Event]:
    """Return what happened to an appointment; staff also see where else its patient is written."""
    happened = await appointments.history(appointment.id)
    if viewer.role not in STAFF:
        return happened
    changes = await appointments.history(appointment.patient_id)
    since = [one for one in changes if one.occurred_at >= appointment.created_at]
    return sorted([*happened, *since], key=lambda one: one.occurred_at)


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
