"""Everything that the domain refuses, each with a kind that callers can map once."""

from datetime import timedelta
from enum import StrEnum


class Kind(StrEnum):
    """Why something was refused."""

    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    INVALID = "invalid"
    FORBIDDEN = "forbidden"
    TOO_LATE = "too_late"
    UNAVAILABLE = "unavailable"
    TOO_MANY = "too_many"


class DomainError(Exception):
    """Root of all refusals; `str(error)` is a sentence for the person who asked."""

    kind: Kind

    @property
    def sentence(self) -> str:
        """The sentence, which may know its parts, to be said in other languages."""
        sentence: str = self.args[0]
        return sentence


class NotFound(DomainError):
    """No such thing, or none that the asking person may know of."""

    kind = Kind.NOT_FOUND


class DoctorLeft(NotFound):
    """The doctor sees no patients any more; what is known of one leads to the others."""


class Conflict(DomainError):
    """The state has changed, so that the action no longer applies."""

    kind = Kind.CONFLICT


class Invalid(DomainError):
    """What was given cannot be right; `fields` maps a field's name to a sentence."""

    kind = Kind.INVALID

    def __init__(self, message: str, **fields: str) -> None:
        super().__init__(message)
        self.fields = fields


class Forbidden(DomainError):
    """The asking person may know of it but not do this."""

    kind = Kind.FORBIDDEN


class TooLate(DomainError):
    """The moment until which it was possible has passed."""

    kind = Kind.TOO_LATE


class Unavailable(DomainError):
    """The database does not answer in time; nothing was acknowledged."""

    kind = Kind.UNAVAILABLE


class TooManyTries(DomainError):
    """Somebody has tried too often; `wait` is how long nothing more is looked at."""

    kind = Kind.TOO_MANY

    def __init__(self, message: str, wait: timedelta) -> None:
        super().__init__(message)
        self.wait = wait


class SlotTaken(Conflict):
    """Somebody else was faster, or the slot is no longer offered."""


class SlotsOverlap(Conflict):
    """The doctor already offers some of that time."""


class PatientBusy(Conflict):
    """The patient has another appointment at that time."""


class AlreadyEnded(Conflict):
    """The appointment or slot has already been cancelled, withdrawn or closed."""


class NoticeNeeded(Conflict):
    """The slot is booked: withdrawing it needs the doctor's word that the patient is told."""
