"""Reminding: due and unsent, each once however many processes look, caught up after a pause."""

import logging
from datetime import datetime, timedelta
from functools import partial
from random import shuffle
from typing import Any

from pydantic import BaseModel, Field

from domain import clinic, clock
from domain.documents import Appointment, AppointmentStatus
from domain.errors import Unavailable
from domain.events import Actor, ReminderDue
from domain.events.snapshots import appointment_facts
from domain.ids import Id
from domain.outbox import Transaction, transact
from domain.reading import read_rows

log = logging.getLogger(__name__)

_SYSTEM = Actor(id=None, role="system", name="Bookwell")


class _Near(BaseModel):
    """What tells whether a reminder is due: of all that is near, few are, and are read whole."""

    id: Id = Field(alias="_id")
    starts_at: datetime
    scheduled_at: datetime
    reminded: list[str] = []


async def remind_due() -> int:
    """Record a reminder for each booked appointment that has come near, and return how many.

    After a pause in which several reminders of one appointment fell due, only the nearest is
    recorded. Who booked or moved when a lead had already begun is not reminded of what they just
    read. One appointment that cannot be reminded of never stops the others.
    """
    leads = sorted(clinic.current().reminders)
    if not leads:
        return 0
    now = clock.now()
    near: dict[str, Any] = {
        "status": AppointmentStatus.BOOKED.value,
        "starts_at": {"$gt": now, "$lte": now + leads[-1]},
    }
    pending = [one.id for one in await read_rows(Appointment, near, _Near) if _due(one, leads, now)]
    shuffle(pending)  # in one order, processes that look at once would meet in every transaction
    recorded = 0
    for appointment_id in pending:
        found = await read_rows(Appointment, {**near, "_id": appointment_id}, Appointment)
        for appointment in found:
            if due := _due(appointment, leads, now):
                recorded += await _recorded(appointment, due)
    return recorded


def every_reminder() -> list[str]:
    """Return what `reminded` of an appointment holds whose reminders were all sent."""
    return [_name(lead) for lead in clinic.current().reminders]


def _due(appointment: _Near | Appointment, leads: list[timedelta], now: datetime) -> list[str]:
    """Return the unsent leads that have begun, nearest first, if the nearest is still unsent."""
    begun = [
        _name(lead)
        for lead in leads
        if appointment.starts_at - lead <= now
        and appointment.scheduled_at <= appointment.starts_at - lead
    ]
    if not begun or begun[0] in appointment.reminded:
        return []
    return [name for name in begun if name not in appointment.reminded]


async def _recorded(appointment: Appointment, due: list[str]) -> bool:
    try:
        return await transact(partial(_store, appointment, due))
    except Unavailable:
        raise
    except Exception:
        log.exception("no reminder could be recorded for appointment %s", appointment.id)
        return False


def _store(appointment: Appointment, due: list[str], transaction: Transaction) -> bool:
    changed = transaction.change_one(
        Appointment,
        {
            "_id": appointment.id,
            "status": AppointmentStatus.BOOKED.value,
            "starts_at": appointment.starts_at,
            # Of one that was cancelled and restored, the reminder as read would be overtaken.
            "sequence": appointment.sequence,
            "patient_email": appointment.patient_email,
            "reminded": {"$nin": due},
        },
        {"$addToSet": {"reminded": {"$each": due}}},
    )
    if changed:
        transaction.record(
            ReminderDue(actor=_SYSTEM, appointment=appointment_facts(appointment), lead=due[0])
        )
    return changed


def _name(lead: timedelta) -> str:
    return f"PT{int(lead.total_seconds()) // 60}M"
