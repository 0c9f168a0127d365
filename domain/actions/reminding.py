"""Reminding: due and unsent, each once however many processes look, caught up after a pause."""

import logging
from datetime import datetime, timedelta
from functools import partial
from random import shuffle

from domain import clinic, clock
from domain.documents import Appointment, AppointmentStatus
from domain.errors import Unavailable
from domain.events import Actor, ReminderDue
from domain.events.snapshots import appointment_facts
from domain.outbox import Transaction, transact
from domain.reading import all_readable, read_stored

log = logging.getLogger(__name__)

_SYSTEM = Actor(id=None, role="system", name="Bookwell")


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
    near = {
        "status": AppointmentStatus.BOOKED.value,
        "starts_at": {"$gt": now, "$lte": now + leads[-1]},
    }
    pending = [
        (appointment, due)
        for appointment in all_readable(await read_stored(Appointment, near), Appointment)
        if (due := _due(appointment, leads, now))
    ]
    shuffle(pending)  # in one order, processes that look at once would meet in every transaction
    recorded = 0
    for appointment, due in pending:
        recorded += await _recorded(appointment, due)
    return recorded


def _due(appointment: Appointment, leads: list[timedelta], now: datetime) -> list[str]:
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
            "reminded": appointment.reminded,
        },
        {"$set": {"reminded": [*appointment.reminded, *due]}},
    )
    if changed:
        transaction.record(
            ReminderDue(actor=_SYSTEM, appointment=appointment_facts(appointment), lead=due[0])
        )
    return changed


def _name(lead: timedelta) -> str:
    return f"PT{int(lead.total_seconds()) // 60}M"
