"""Who saw or changed what: written once, never changed, without a name or a typed word in it."""

from datetime import datetime

from domain.documents.stored import Stored
from domain.ids import Id
from domain.indexes import ascending


class AuditEntry(Stored):
    """One look or one change.

    `what`: an event's kind, or `seen:` and the view that showed it. `subjects`: what was seen or
    changed (appointments, slots, people). `people`: whose that is. `actor_id` None: the system.
    `days`: of times that were offered or taken, the first and last day on the practice's clock
    (ISO 8601); `times`: how many, where they are many.
    """

    at: datetime
    actor_id: Id | None
    actor_role: str
    what: str
    subjects: list[Id] = []
    people: list[Id] = []
    days: list[str] = []
    times: int = 0

    class Settings:
        """Where the log is stored."""

        name = "audit"
        indexes = [
            ascending("at", name="audit_at"),
            ascending("actor_id", "at", name="audit_actor_at"),
            ascending("people", "at", name="audit_people_at"),
        ]
