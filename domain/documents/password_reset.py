"""A link with which somebody may set a new password."""

from datetime import datetime

from beanie import Document

from domain.ids import Id
from domain.indexes import expiring


class PasswordReset(Document):
    """A link that was asked for: `id` is the SHA-256 of its token, never the token.

    `address` is a digest, too: another address since then makes the link void. `person_id` is None
    where nobody has the address that was typed: asking costs the same.
    """

    id: str  # type: ignore[assignment]
    person_id: Id | None
    address: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None

    class Settings:
        """Where they are stored, for as long as they may be used."""

        name = "password_resets"
        indexes = [expiring("expires_at", name="password_resets_expired")]
