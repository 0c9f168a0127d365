"""Events to records and back, so that what was stored can be told again after a crash."""

import logging
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from domain.complaining import complain_once
from domain.documents.event_record import EventRecord
from domain.events.event import Event

log = logging.getLogger(__name__)


class UnknownKind(Exception):
    """A record's kind is not in the catalogue of this version."""


def to_record(event: Event) -> EventRecord:
    """Return the record that the event's transaction stores."""
    payload = _adapter(event.kind).dump_python(event, mode="json")
    return EventRecord(
        id=event.id,
        kind=event.kind,
        occurred_at=event.occurred_at,
        actor_id=event.actor.id,
        subject_id=event.subject_id,
        payload=payload,
    )


def from_record(record: EventRecord) -> Event:
    """Return the event that a record stores.

    Raises:
        UnknownKind: the record was written by a version with a larger catalogue.
    """
    event: Event = _adapter(record.kind).validate_python(record.payload)
    return event


def readable_events(records: Iterable[EventRecord]) -> list[Event]:
    """Return the events that can be read, and log the ids of the others."""
    return [event for record in records if (event := _read(record)) is not None]


def _read(record: EventRecord) -> Event | None:
    try:
        return from_record(record)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one, it concerns no other
        complain_once(log, "event %s cannot be read: %s", record.id, type(error).__name__)
        return None


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    for event_class in _catalogue(Event):
        if event_class.kind == kind:
            return TypeAdapter(event_class)
    raise UnknownKind(kind)


def _catalogue(root: type[Event]) -> Iterator[type[Event]]:
    for event_class in root.__subclasses__():
        yield event_class
        yield from _catalogue(event_class)
