"""What can happen in a clinic, how it is recorded, and how listeners hear of it."""

from domain.events.appointments import (
    AppointmentCancelled,
    AppointmentCreated,
    AppointmentMarked,
    AppointmentMoved,
    AppointmentReprojected,
    AppointmentRestored,
    ReminderDue,
)
from domain.events.event import Event
from domain.events.facts import Actor, AppointmentFacts, ProposedTime, SlotFacts
from domain.events.people import (
    AccountsJoined,
    EmailConfirmationRequested,
    EmailConfirmed,
    ParticularsChanged,
    PasswordChanged,
    PasswordResetRequested,
    PasswordResetUnknown,
    PatientAddressChanged,
    PersonErased,
    SecondFactorAdded,
    SecondFactorRemoved,
    StaffAdded,
    StaffChanged,
    StaffDeactivated,
    StaffReactivated,
)
from domain.events.publishing import event_published, publish
from domain.events.recording import from_record, to_record
from domain.events.slots import SlotCreated, SlotDeleted, SlotsCreated, SlotsDeleted

__all__ = [
    "AccountsJoined",
    "Actor",
    "AppointmentCancelled",
    "AppointmentCreated",
    "AppointmentFacts",
    "AppointmentMarked",
    "AppointmentMoved",
    "AppointmentReprojected",
    "AppointmentRestored",
    "EmailConfirmationRequested",
    "EmailConfirmed",
    "Event",
    "ParticularsChanged",
    "PasswordChanged",
    "PasswordResetRequested",
    "PasswordResetUnknown",
    "PatientAddressChanged",
    "PersonErased",
    "ProposedTime",
    "ReminderDue",
    "SecondFactorAdded",
    "SecondFactorRemoved",
    "SlotCreated",
    "SlotDeleted",
    "SlotFacts",
    "SlotsCreated",
    "SlotsDeleted",
    "StaffAdded",
    "StaffChanged",
    "StaffDeactivated",
    "StaffReactivated",
    "event_published",
    "from_record",
    "publish",
    "to_record",
]
