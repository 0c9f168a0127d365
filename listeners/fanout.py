"""From events to deliveries. Doing it again, or twice at once, adds nothing."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from domain import clock
from domain.complaining import complain_once
from domain.database import DATABASE_AWAY, collection_of, on_writer
from domain.documents import EventRecord
from domain.events import Event, from_record
from domain.ids import Id, new_id
from listeners.deliveries import store_new
from listeners.documents import Delivery
from listeners.kinds import about_times
from listeners.notifications import NOTIFICATIONS, Notification
from listeners.trouble import described

log = logging.getLogger(__name__)

# To whoever sends it, perhaps on another machine, a fresh message is due already.
_CLOCKS_APART = timedelta(seconds=5)

Besides = Sequence[Notification]


async def fan_out(events: Sequence[Event], besides: Besides = ()) -> list[Id]:
    """Store the deliveries that the events call for, note the events as handled.

    `besides`: what events about times call for beside their own recipients. Returns the new
    deliveries in the order of the events. An event that cannot be told is logged and left
    unhandled, and stops no other.
    """
    handled: list[Id] = []
    drafted: list[Delivery] = []
    for event in events:
        try:
            drafted.extend(_called_for(event, besides))
        except Exception as error:  # noqa: BLE001 - whatever it is, it stops no other event
            _leave_unhandled(event.id, error)
        else:
            handled.append(event.id)
    made = await store_new(drafted)
    unhandled = {"_id": {"$in": handled}, "handled": False}
    noted = {"$set": {"handled": True, "handled_at": clock.now()}}
    await on_writer(collection_of(EventRecord).update_many, unhandled, noted)
    return made


async def fan_out_stored(event_ids: Sequence[Id], besides: Besides = ()) -> list[Id]:
    """Do the same for events that are known by their records alone."""
    outcomes = await asyncio.gather(*map(_stored, event_ids), return_exceptions=True)
    events = []
    for event_id, outcome in zip(event_ids, outcomes, strict=True):
        if isinstance(outcome, BaseException):
            _leave_unhandled(event_id, outcome)
        else:
            events.append(outcome)
    return await fan_out(events, besides) if events else []


def _leave_unhandled(event_id: Id, error: BaseException) -> None:
    if isinstance(error, DATABASE_AWAY) or not isinstance(error, Exception):
        raise error
    # Every sweep, some seconds later, comes by the same events again.
    complain_once(log, "event %s cannot be told: %s", event_id, described(error))


async def _stored(event_id: Id) -> Event:
    record = await EventRecord.get(event_id)
    if record is None:
        raise LookupError("the event is gone")
    return from_record(record)


def _called_for(event: Event, besides: Besides) -> list[Delivery]:
    """Return what is to be delivered because of an event."""
    wanted = (*NOTIFICATIONS[type(event)], *(besides if about_times(event.kind) else ()))
    return [_delivery(event, notification) for notification in wanted]


def _delivery(event: Event, notification: Notification) -> Delivery:
    now = clock.now()
    return Delivery(
        id=new_id(),
        event_id=event.id,
        event_kind=event.kind,
        occurred_at=event.occurred_at,
        sequence=event.sequence,
        subject_id=event.subject_id,
        channel=notification.channel,
        recipient=notification.to(event),
        message=notification.message,
        due_at=now - _CLOCKS_APART,
        created_at=now,
    )
