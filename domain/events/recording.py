"""Events to records and back, so that what was stored can be told again after a crash."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from domain.documents.event_record import EventRecord
from domain.events.event import Event


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
