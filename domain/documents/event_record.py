"""A fact as it was stored in the transaction that made it true: the outbox."""

from datetime import datetime
from typing import Any

from domain.documents.stored import Stored
from domain.ids import Id
from domain.indexes import ascending


class EventRecord(Stored):
    """An event as stored. `payload` is the whole event; `handled_at` is set once it is fanned out.

    `handled` repeats that as a boolean, because a partial index cannot filter on absence.
    """

    kind: str
    occurred_at: datetime
    actor_id: Id | None = None
    subject_id: Id
    payload: dict[str, Any]
    handled: bool = False
    handled_at: datetime | None = None

    class Settings:
        """Where events are stored."""

        name = "events"
        indexes = [
            ascending("subject_id", "occurred_at", name="events_subject"),
            ascending("handled", "occurred_at", name="events_unhandled", where={"handled": False}),
        ]
