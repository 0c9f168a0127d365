"""How often something was tried that must not be tried without end."""

from datetime import datetime

from beanie import Document

from domain.indexes import expiring


class Tries(Document):
    """Tries of one kind at one account or from one network address.

    `id` names both by a digest. Until `blocked_until` nothing more is looked at; what is older
    than `forget_at` no longer counts.
    """

    id: str  # type: ignore[assignment]
    number: int
    blocked_until: datetime | None = None
    forget_at: datetime

    class Settings:
        """Where tries are counted, for all processes together."""

        name = "tries"
        indexes = [expiring("forget_at", name="tries_forgotten")]
