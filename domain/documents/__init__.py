"""The stored nouns. Their indexes keep the invariants of the clinic."""

from domain.documents.appointment import (
    ACTIVE_APPOINTMENT,
    Appointment,
    AppointmentStatus,
)
from domain.documents.audit_entry import AuditEntry
from domain.documents.erasure import Erasure
from domain.documents.event_record import EventRecord
from domain.documents.kept_form import KeptForm
from domain.documents.key_mark import KeyMark
from domain.documents.migration_record import MigrationRecord
from domain.documents.password_reset import PasswordReset
from domain.documents.slot import Slot, SlotStatus
from domain.documents.tries import Tries
from domain.documents.turn import Turn
from domain.documents.user import STAFF, Role, SecondFactor, SessionEntry, User

DOCUMENTS = (
    User,
    Slot,
    Appointment,
    EventRecord,
    AuditEntry,
    Erasure,
    KeptForm,
    KeyMark,
    MigrationRecord,
    PasswordReset,
    Tries,
    Turn,
)

__all__ = [
    "ACTIVE_APPOINTMENT",
    "DOCUMENTS",
    "STAFF",
    "Appointment",
    "AppointmentStatus",
    "AuditEntry",
    "Erasure",
    "EventRecord",
    "KeptForm",
    "KeyMark",
    "MigrationRecord",
    "PasswordReset",
    "Role",
    "SecondFactor",
    "SessionEntry",
    "Slot",
    "SlotStatus",
    "Tries",
    "Turn",
    "User",
]
