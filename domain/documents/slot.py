"""An interval that a doctor offers."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from domain.documents.stored import Stored
from domain.ids import Id
from domain.indexes import ascending, unique
from domain.sealing import ENCODERS, NOTHING, Confidential


class SlotStatus(StrEnum):
    """Open to patients, booked by one, or taken back by the doctor."""

    OPEN = "open"
    BOOKED = "booked"
    WITHDRAWN = "withdrawn"


HELD_SLOT = (SlotStatus.OPEN, SlotStatus.BOOKED)


class Slot(Stored):
    """An interval that a doctor offers.

    `starts_at`, `ends_at`: aware UTC. `wall_start` ("2026-12-01T09:00"), `fold` and `zone`: the
    wall time that was meant, which still says so when the zone's rules change. `cells`: the
    five-minute cells covered; unique per doctor while the slot is held, so that MongoDB itself
    refuses an overlap. `doctor_left`: nobody is to book it again once it is let go.
    """

    is_small: ClassVar[bool] = True

    doctor_id: Id
    doctor_name: str
    specialty: str = ""
    starts_at: datetime
    ends_at: datetime
    wall_start: str
    fold: int = 0
    zone: str
    cells: list[int]
    status: SlotStatus = SlotStatus.OPEN
    doctor_left: bool = False
    series_id: Id | None = None
    created_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: Id | None = None
    withdrawal_reason: Confidential = NOTHING

    class Settings:
        """Where slots are stored."""

        name = "slots"
        bson_encoders = ENCODERS
        indexes = [
            unique(
                "doctor_id",
                "cells",
                name="slots_never_overlap",
                where={"status": {"$in": [status.value for status in HELD_SLOT]}},
            ),
            ascending("doctor_id", "status", "starts_at", name="slots_doctor_status_start"),
            ascending("doctor_id", "starts_at", name="slots_doctor_start"),
            ascending(
                "doctor_id",
                "series_id",
                "status",
                "starts_at",
                name="slots_doctor_series_status_start",
            ),
            ascending("status", "starts_at", name="slots_status_start"),
        ]
