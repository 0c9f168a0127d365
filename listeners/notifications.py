"""Who hears of what, by which message, over which channel: one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from domain.events import (
    AccountsJoined,
    AppointmentCancelled,
    AppointmentCreated,
    AppointmentMarked,
    AppointmentMoved,
    AppointmentReprojected,
    AppointmentRestored,
    EmailConfirmationRequested,
    EmailConfirmed,
    Event,
    ParticularsChanged,
    PasswordChanged,
    PasswordResetRequested,
    PasswordResetUnknown,
    PatientAddressChanged,
    PersonErased,
    ReminderDue,
    SecondFactorAdded,
    SecondFactorRemoved,
    SlotCreated,
    SlotDeleted,
    SlotsClosed,
    SlotsCreated,
    SlotsDeleted,
    SlotsReopened,
    StaffAdded,
    StaffChanged,
    StaffDeactivated,
    StaffReactivated,
)

Address = Callable[[Any], str]


@dataclass(frozen=True, kw_only=True)
class Notification:
    """One recipient of an event: whose address, which message (a folder), which channel."""

    to: Address
    message: str
    channel: str = "email"


def the_patient(
    event: AppointmentCreated
    | AppointmentMoved
    | AppointmentCancelled
    | AppointmentReprojected
    | AppointmentRestored
    | ReminderDue,
) -> str:
    """Return the address of the patient whose appointment it is."""
    return event.appointment.patient_email


def the_doctor(event: SlotCreated | SlotDeleted) -> str:
    """Return the address of the doctor whose slot it is."""
    return event.slot.doctor_email


def the_person(
    event: EmailConfirmationRequested
    | PasswordResetRequested
    | PasswordChanged
    | SecondFactorAdded
    | SecondFactorRemoved,
) -> str:
    """Return the address of the person whose account it is about."""
    return event.email


def the_doctor_of_many(
    event: SlotsCreated | SlotsDeleted | SlotsClosed | SlotsReopened,
) -> str:
    """Return the address of the doctor whose series or days these are."""
    return event.doctor_email


def webhooks(url: str | None) -> tuple[Notification, ...]:
    """Return what events about times call for besides, if the clinic has set an address."""
    if url is None:
        return ()
    # The address itself may hold a key, and is looked up when it is needed.
    host = urlsplit(url).hostname or ""
    return (Notification(to=lambda _event: host, message="webhook", channel="webhook"),)


NOTIFICATIONS: Mapping[type[Event], tuple[Notification, ...]] = {
    AppointmentCreated: (Notification(to=the_patient, message="appointment_created"),),
    AppointmentMoved: (Notification(to=the_patient, message="appointment_moved"),),
    AppointmentCancelled: (Notification(to=the_patient, message="appointment_cancelled"),),
    AppointmentRestored: (Notification(to=the_patient, message="appointment_restored"),),
    ReminderDue: (Notification(to=the_patient, message="appointment_reminder"),),
    AppointmentMarked: (),
    # The wall time stands, but the patient's calendar must learn which moment that now is.
    AppointmentReprojected: (Notification(to=the_patient, message="appointment_reprojected"),),
    PatientAddressChanged: (),
    ParticularsChanged: (),
    PersonErased: (),  # there is no address left to write to
    # An administrator told them, or will: nobody is written to.
    StaffAdded: (),
    StaffChanged: (),
    StaffDeactivated: (),
    StaffReactivated: (),
    EmailConfirmationRequested: (Notification(to=the_person, message="email_confirmation"),),
    EmailConfirmed: (),
    AccountsJoined: (),  # whoever did it reads it on the page
    PasswordResetRequested: (Notification(to=the_person, message="password_reset_requested"),),
    PasswordResetUnknown: (),
    PasswordChanged: (Notification(to=the_person, message="password_changed"),),
    SecondFactorAdded: (Notification(to=the_person, message="second_factor"),),
    SecondFactorRemoved: (Notification(to=the_person, message="second_factor"),),
    SlotCreated: (Notification(to=the_doctor, message="slot_created"),),
    SlotsCreated: (Notification(to=the_doctor_of_many, message="slots_created"),),
    SlotDeleted: (Notification(to=the_doctor, message="slot_deleted"),),
    SlotsDeleted: (Notification(to=the_doctor_of_many, message="slots_deleted"),),
    SlotsClosed: (Notification(to=the_doctor_of_many, message="slots_closed"),),
    SlotsReopened: (Notification(to=the_doctor_of_many, message="slots_reopened"),),
}
