"""How long the practice keeps what it no longer needs."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """Periods that the operator decided about; None keeps for ever.

    `messages`: what was sent to whom, after it was settled. `reasons`: why somebody came or
    something was called off, after the appointment. `patients`: a patient, after the last
    appointment and the last time signed in. `audit`: who saw and changed what.
    """

    messages: timedelta | None = timedelta(days=180)
    reasons: timedelta | None = timedelta(days=365)
    patients: timedelta | None = timedelta(days=3650)
    audit: timedelta | None = timedelta(days=1095)


_current = Keeping()


def configure(keeping: Keeping) -> None:
    """Set the periods of this process."""
    global _current
    _current = keeping


def current() -> Keeping:
    """Return the periods of this process."""
    return _current
