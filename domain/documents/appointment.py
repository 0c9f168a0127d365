"""A patient's booking of a slot."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from domain.documents.stored import Stored
from domain.ids import Id
from domain.indexes import ascending, unique
from domain.links import new_nonce
from domain.sealing import ENCODERS, NOTHING, Confidential


class AppointmentStatus(StrEnum):
    """Where an appointment stands."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    COMPLETED = "completed"
    MISSED = "missed"
    CANCELLED = "cancelled"


ACTIVE_APPOINTMENT = (
    AppointmentStatus.BOOKED,
    AppointmentStatus.ARRIVED,
    AppointmentStatus.COMPLETED,
    AppointmentStatus.MISSED,
)
_ACTIVE = {"status": {"$in": [status.value for status in ACTIVE_APPOINTMENT]}}


class Appointment(Stored):
    """A patient's booking of a slot, with snapshots of all that a list or a message says.

    `link_nonce` makes the link in the patient's messages; another one revokes it.

    `sequence` rises with each change of time (RFC 5545, section 3.8.7.4). `scheduled_at` is when
    the present time was agreed on, `reminded` which reminders of it were sent. `idempotency_key`
    and `fingerprint` (the slot first asked for) make a repeated submission answer like the first.
    """

    is_small: ClassVar[bool] = True

    reference: str
    slot_id: Id
    doctor_id: Id
    doctor_name: str
    specialty: str = ""
    patient_id: Id
    patient_name: str
    patient_email: str
    patient_phone: str = ""
    patient_language: str = ""
    starts_at: datetime
    ends_at: datetime
    wall_start: str
    fold: int = 0
    zone: str
    cells: list[int]
    reason: Confidential = NOTHING
    status: AppointmentStatus = AppointmentStatus.BOOKED
    sequence: int = 0
    link_nonce: str = Field(default_factory=new_nonce)
    words: list[str] = []
    idempotency_key: str | None = None
    fingerprint: str = ""
    created_at: datetime
    scheduled_at: datetime
    reminded: list[str] = []
    cancelled_at: datetime | None = None
    cancelled_by: Id | None = None
    cancellation_reason: Confidential = NOTHING

    class Settings:
        """Where appointments are stored."""

        name = "appointments"
        bson_encoders = ENCODERS
        indexes = [
            unique("slot_id", name="appointments_slot_booked_once", where=_ACTIVE),
            unique("patient_id", "cells", name="appointments_patient_in_one_place", where=_ACTIVE),
            unique("reference", name="appointments_reference"),
            unique(
                "patient_id",
                "idempotency_key",
                name="appointments_idempotency",
                where={"idempotency_key": {"$type": "string"}},
            ),
            ascending("patient_id", "starts_at", name="appointments_patient_start"),
            ascending("doctor_id", "starts_at", name="appointments_doctor_start"),
            ascending("status", "starts_at", name="appointments_status_start"),
            ascending("doctor_id", "status", "starts_at", name="appointments_doctor_status_start"),
            ascending("starts_at", name="appointments_start"),
        ]
