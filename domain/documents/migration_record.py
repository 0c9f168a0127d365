"""Which migrations this database has seen."""

from datetime import datetime

from beanie import Document


class MigrationRecord(Document):
    """A migration that was applied, by its number."""

    id: int  # type: ignore[assignment]
    about: str
    applied_at: datetime

    class Settings:
        """Where migrations are noted."""

        name = "migrations"
        indexes = ()
