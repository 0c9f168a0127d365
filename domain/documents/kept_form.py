"""What somebody typed into a form whose session had ended."""

from datetime import datetime

from domain.documents.stored import Stored
from domain.indexes import expiring


class KeptForm(Stored):
    """A form as it was sent, encrypted with a key that only the sender's browser holds."""

    sealed: str
    expires_at: datetime

    class Settings:
        """Where they wait for a little while."""

        name = "kept_forms"
        indexes = [expiring("expires_at", name="kept_forms_expired")]
