"""Facts about appointments. Each carries all that a message about it says."""

from dataclasses import dataclass
from typing import ClassVar

from domain.events.event import Event
from domain.events.facts import AppointmentFacts, ProposedTime
from domain.ids import Id
from domain.sealing import NOTHING, Confidential


@dataclass(frozen=True, kw_only=True)
class _AppointmentEvent(Event):
    appointment: AppointmentFacts

    @property
    def subject_id(self) -> Id:
        """The appointment."""
        return self.appointment.appointment_id

    @property
    def sequence(self) -> int:
        """The appointment's."""
        return self.appointment.sequence

    @property
    def language(self) -> str:
        """The patient's."""
        return self.appointment.patient_language

    @property
    def people(self) -> tuple[Id, ...]:
        """The patient."""
        return (self.appointment.patient_id,)

    @property
    def doctor_ids(self) -> tuple[Id, ...]:
        """The doctor who is visited."""
        return (self.appointment.doctor_id,)


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

    @property
    def doctor_ids(self) -> tuple[Id, ...]:
        """The doctor who is visited, and the one who was to be."""
        return (self.appointment.doctor_id, self.previous.doctor_id)


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
