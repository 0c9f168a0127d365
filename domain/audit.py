"""The audit log: who saw and who changed whose data.

A change is noted in the transaction that makes it: there is none without the other. What somebody
else's data were shown to whom is noted once the answer is on its way (see `webapp/audit_trail.py`):
queries call `saw` for what they hand out, which costs nothing, and the request writes one entry.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from domain import clock
from domain.changing import insert_stored
from domain.database import waiting_here
from domain.documents import AuditEntry, User
from domain.events.event import Event
from domain.ids import Id

SEEN = "seen:"
_MOST_IN_ONE = 200


@dataclass
class Seen:
    """What was handed out so far to whoever asks: subjects, and whose each of them is."""

    subjects: dict[Id, Id] = field(default_factory=dict)


_watched: ContextVar[Seen | None] = ContextVar("bookwell_seen", default=None)


def watch(seen: Seen | None) -> None:
    """Collect what is handed out from now on in this context, or nothing any more."""
    _watched.set(seen)


def saw(found: Iterable[tuple[Id, Id]]) -> None:
    """Note that subjects are handed out, each with the person whose data they are."""
    seen = _watched.get()
    if seen is not None:
        seen.subjects.update(found)


def note_seen(viewer: User, where: str, seen: Seen) -> None:
    """Store what a person was shown of others; their own is nobody's business.

    On the thread that the request has to itself: nobody waits for it any more.
    """
    others = [(subject, who) for subject, who in seen.subjects.items() if who != viewer.id]
    entries = [
        _entry(viewer.id, viewer.role.value, f"{SEEN}{where}", others[start : start + _MOST_IN_ONE])
        for start in range(0, len(others), _MOST_IN_ONE)
    ]
    if entries:
        waiting_here(insert_stored, entries)


def change_entries(events: Iterable[Event]) -> list[AuditEntry]:
    """Return who changed what, to be stored with it; the system's own doings have no entry."""
    return [_changed(event) for event in events if event.actor.id is not None]


def _changed(event: Event) -> AuditEntry:
    about = [(event.subject_id, person) for person in event.people or (None,)]
    entry = _entry(event.actor.id, event.actor.role, event.kind, about, event.occurred_at)
    entry.days = [day.isoformat() for day in dict.fromkeys(event.days)]
    entry.times = event.times
    return entry


def _entry(
    actor_id: Id | None,
    role: str,
    what: str,
    about: Iterable[tuple[Id, Id | None]],
    at: datetime | None = None,
) -> AuditEntry:
    about = list(about)
    # Nothing of it came from outside: to check fifty ids of a list takes longer than to store them.
    entry: AuditEntry = AuditEntry.model_construct(
        at=at or clock.now(),
        actor_id=actor_id,
        actor_role=role,
        what=what,
        subjects=list(dict.fromkeys(subject for subject, _ in about)),
        people=list(dict.fromkeys(person for _, person in about if person)),
    )
    return entry
