"""What events carry: people, slots and appointments as they were at the moment of the fact.

A listener never looks up what may have changed or gone since.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import Id


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
