"""What can happen in a clinic, how it is recorded, and how listeners hear of it."""

from domain.events.catalogue import (
    Actor,
    AppointmentCancelled,
    AppointmentCreated,
    AppointmentFacts,
    AppointmentMarked,
    AppointmentMoved,
    AppointmentReprojected,
    AppointmentRestored,
    Event,
    PatientAddressChanged,
    ProposedTime,
    ReminderDue,
    SlotCreated,
    SlotDeleted,
    SlotFacts,
    SlotsCreated,
    SlotsDeleted,
)
from domain.events.publishing import event_published, publish
from domain.events.recording import from_record, to_record

__all__ = [
    "Actor",
    "AppointmentCancelled",
    "AppointmentCreated",
    "AppointmentFacts",
    "AppointmentMarked",
    "AppointmentMoved",
    "AppointmentReprojected",
    "AppointmentRestored",
    "Event",
    "PatientAddressChanged",
    "ProposedTime",
    "ReminderDue",
    "SlotCreated",
    "SlotDeleted",
    "SlotFacts",
    "SlotsCreated",
    "SlotsDeleted",
    "event_published",
    "from_record",
    "publish",
    "to_record",
]
