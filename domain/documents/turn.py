"""Whose turn it is to do what all processes do by schedule, and how far it was done."""

from datetime import datetime

from beanie import Document


class Turn(Document):
    """A duty by its name: when it is due next, and up to which moment things are done."""

    id: str  # type: ignore[assignment]
    due_at: datetime
    done_until: datetime

    class Settings:
        """Where turns are noted."""

        name = "turns"
        indexes = ()
