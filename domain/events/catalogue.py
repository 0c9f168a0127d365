"""The catalogue of facts. Each carries all that a message about it says.

A listener never looks up what may have changed or gone since: names, addresses, times and zone
are those of the moment at which the fact became true.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from domain import clock
from domain.ids import Id, new_id
from domain.sealing import NOTHING, Confidential


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who made it happen: a person's id (None for the system), role and name."""

    id: Id | None
    role: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class SlotFacts:
    """A slot as it was, with its doctor's name and address."""

    slot_id: Id
    doctor_id: Id
    doctor_name: str
    doctor_email: str
    starts_at: datetime
    ends_at: datetime
    wall_start: str
    fold: int
    zone: str
    doctor_language: str = ""


@dataclass(frozen=True, kw_only=True)
class AppointmentFacts:
    """An appointment as it was, with its patient's name and address."""

    appointment_id: Id
    reference: str
    slot_id: Id
    doctor_id: Id
    doctor_name: str
    specialty: str
    patient_id: Id
    patient_name: str
    patient_email: str
    starts_at: datetime
    ends_at: datetime
    wall_start: str
    fold: int
    zone: str
    sequence: int
    patient_language: str = ""
    link_nonce: str = ""


@dataclass(frozen=True, kw_only=True)
class ProposedTime:
    """A time that was free when somebody was offered it instead of another."""

    slot_id: Id
    doctor_name: str
    starts_at: datetime
    ends_at: datetime
    wall_start: str
    fold: int
    zone: str


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact, in the past tense. `kind` is its name outside this program."""

    kind: ClassVar[str] = ""

    actor: Actor
    id: Id = field(default_factory=new_id)
    occurred_at: datetime = field(default_factory=clock.now)

    @property
    def subject_id(self) -> Id:
        """The slot, series, appointment or person that it is about."""
        raise NotImplementedError

    @property
    def language(self) -> str:
        """The language of whoever is told of it; "" is the practice's."""
        return ""

    @property
    def people(self) -> tuple[Id, ...]:
        """Whose data it changes."""
        return ()


@dataclass(frozen=True, kw_only=True)
class _SlotEvent(Event):
    slot: SlotFacts

    @property
    def subject_id(self) -> Id:
        """The slot."""
        return self.slot.slot_id

    @property
    def language(self) -> str:
        """The doctor's."""
        return self.slot.doctor_language


@dataclass(frozen=True, kw_only=True)
class SlotCreated(_SlotEvent):
    """A doctor offers a slot."""

    kind: ClassVar[str] = "slot.created"


@dataclass(frozen=True, kw_only=True)
class SlotDeleted(_SlotEvent):
    """A doctor withdrew a slot; `cancelled_reference` names the appointment that went with it."""

    kind: ClassVar[str] = "slot.deleted"

    reason: Confidential = NOTHING
    cancelled_reference: str | None = None


@dataclass(frozen=True, kw_only=True)
class SlotsCreated(Event):
    """A doctor offers a series of slots: one fact, not two hundred."""

    kind: ClassVar[str] = "slots.created"

    series_id: Id
    doctor_id: Id
    doctor_name: str
    doctor_email: str
    count: int
    skipped: int
    first_starts_at: datetime
    last_ends_at: datetime
    from_date: date
    until_date: date
    minutes: int
    zone: str
    doctor_language: str = ""

    @property
    def subject_id(self) -> Id:
        """The series."""
        return self.series_id

    @property
    def language(self) -> str:
        """The doctor's."""
        return self.doctor_language


@dataclass(frozen=True, kw_only=True)
class SlotsDeleted(Event):
    """A doctor withdrew what was ahead of a series: one fact, however many slots it was.

    `cancelled_references` name the appointments that went with it; `kept` is how many booked
    slots stand.
    """

    kind: ClassVar[str] = "slots.deleted"

    series_id: Id
    doctor_id: Id
    doctor_name: str
    doctor_email: str
    count: int
    kept: int
    first_starts_at: datetime
    last_ends_at: datetime
    first_day: date
    zone: str
    reason: Confidential = NOTHING
    cancelled_references: tuple[str, ...] = ()
    doctor_language: str = ""

    @property
    def subject_id(self) -> Id:
        """The series."""
        return self.series_id

    @property
    def language(self) -> str:
        """The doctor's."""
        return self.doctor_language


@dataclass(frozen=True, kw_only=True)
class _AppointmentEvent(Event):
    appointment: AppointmentFacts

    @property
    def subject_id(self) -> Id:
        """The appointment."""
        return self.appointment.appointment_id

    @property
    def language(self) -> str:
        """The patient's."""
        return self.appointment.patient_language

    @property
    def people(self) -> tuple[Id, ...]:
        """The patient."""
        return (self.appointment.patient_id,)


@dataclass(frozen=True, kw_only=True)
class AppointmentCreated(_AppointmentEvent):
    """A slot was booked for a patient."""

    kind: ClassVar[str] = "appointment.created"


@dataclass(frozen=True, kw_only=True)
class AppointmentCancelled(_AppointmentEvent):
    """An appointment was called off, by whoever `actor` is; `proposed` are times instead."""

    kind: ClassVar[str] = "appointment.cancelled"

    reason: Confidential = NOTHING
    proposed: tuple[ProposedTime, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AppointmentRestored(_AppointmentEvent):
    """A cancellation was taken back: the appointment stands as it was."""

    kind: ClassVar[str] = "appointment.restored"


@dataclass(frozen=True, kw_only=True)
class AppointmentMoved(_AppointmentEvent):
    """An appointment has another time or doctor; `previous` is how it was."""

    kind: ClassVar[str] = "appointment.moved"

    previous: AppointmentFacts


@dataclass(frozen=True, kw_only=True)
class AppointmentReprojected(_AppointmentEvent):
    """The wall time stands, but a change of time-zone law gave it another UTC moment."""

    kind: ClassVar[str] = "appointment.reprojected"

    previous: AppointmentFacts


@dataclass(frozen=True, kw_only=True)
class ReminderDue(_AppointmentEvent):
    """An appointment is near; `lead` (ISO 8601) is how near, in the practice's setting."""

    kind: ClassVar[str] = "appointment.reminder"

    lead: str


@dataclass(frozen=True, kw_only=True)
class AppointmentMarked(_AppointmentEvent):
    """The desk or the doctor noted what became of the visit; nobody is written to."""

    kind: ClassVar[str] = "appointment.marked"

    status: str
    previous_status: str


@dataclass(frozen=True, kw_only=True)
class PatientAddressChanged(Event):
    """A patient is written to at another address from now on; nobody is written to about it."""

    kind: ClassVar[str] = "patient.address_changed"

    patient_id: Id
    email: str
    previous_email: str

    @property
    def subject_id(self) -> Id:
        """The patient."""
        return self.patient_id

    @property
    def people(self) -> tuple[Id, ...]:
        """The patient."""
        return (self.patient_id,)


@dataclass(frozen=True, kw_only=True)
class _StaffEvent(Event):
    person_id: Id
    role: str

    @property
    def subject_id(self) -> Id:
        """The colleague."""
        return self.person_id

    @property
    def people(self) -> tuple[Id, ...]:
        """The colleague."""
        return (self.person_id,)


@dataclass(frozen=True, kw_only=True)
class StaffAdded(_StaffEvent):
    """Somebody works here from now on."""

    kind: ClassVar[str] = "staff.added"


@dataclass(frozen=True, kw_only=True)
class StaffChanged(_StaffEvent):
    """A colleague has another role, name or specialty; `changed` names the fields."""

    kind: ClassVar[str] = "staff.changed"

    previous_role: str
    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StaffDeactivated(_StaffEvent):
    """An account was closed, and whoever was signed in to it is not any more."""

    kind: ClassVar[str] = "staff.deactivated"


@dataclass(frozen=True, kw_only=True)
class StaffReactivated(_StaffEvent):
    """A closed account is open again."""

    kind: ClassVar[str] = "staff.reactivated"


@dataclass(frozen=True, kw_only=True)
class PersonErased(Event):
    """Nothing is left of who a patient was; whoever else holds data by that id erases them, too."""

    kind: ClassVar[str] = "person.erased"

    person_id: Id

    @property
    def subject_id(self) -> Id:
        """The person."""
        return self.person_id

    @property
    def people(self) -> tuple[Id, ...]:
        """The person."""
        return (self.person_id,)


@dataclass(frozen=True, kw_only=True)
class _AccountEvent(Event):
    person_id: Id
    name: str
    email: str
    person_language: str = ""

    @property
    def subject_id(self) -> Id:
        """The person."""
        return self.person_id

    @property
    def people(self) -> tuple[Id, ...]:
        """The person."""
        return (self.person_id,)

    @property
    def language(self) -> str:
        """That of the person."""
        return self.person_language


@dataclass(frozen=True, kw_only=True)
class PasswordResetRequested(_AccountEvent):
    """Somebody asked for a new password for an account; `nonce` makes the link."""

    kind: ClassVar[str] = "password.reset_requested"

    nonce: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class PasswordResetUnknown(Event):
    """Somebody asked for a new password where there is no account; nobody is written to."""

    kind: ClassVar[str] = "password.reset_unknown"

    @property
    def subject_id(self) -> Id:
        """The asking itself."""
        return self.id


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(_AccountEvent):
    """A person has another password, and is signed in nowhere else."""

    kind: ClassVar[str] = "password.changed"


@dataclass(frozen=True, kw_only=True)
class ParticularsChanged(Event):
    """A person goes by another name or number; `changed` names the fields."""

    kind: ClassVar[str] = "person.changed"

    person_id: Id
    changed: tuple[str, ...]

    @property
    def subject_id(self) -> Id:
        """The person."""
        return self.person_id

    @property
    def people(self) -> tuple[Id, ...]:
        """The person."""
        return (self.person_id,)


@dataclass(frozen=True, kw_only=True)
class SecondFactorAdded(_AccountEvent):
    """A person is asked for a code at each sign-in from now on."""

    kind: ClassVar[str] = "second_factor.added"


@dataclass(frozen=True, kw_only=True)
class SecondFactorRemoved(_AccountEvent):
    """A person is asked for the password alone from now on."""

    kind: ClassVar[str] = "second_factor.removed"
