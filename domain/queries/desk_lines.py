"""What the reception list asks for, and what its lines say."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from domain import clinic
from domain.documents import AppointmentStatus
from domain.ids import Id
from domain.queries.desk_marks import Place
from domain.text import each_begins_one
from domain.walltime import span_bounds


@dataclass(frozen=True, kw_only=True)
class DeskFilter:
    """What the list shows: local days from `date` to `until`, one doctor, one status, a search.

    `after` is a mark from the page before: where this page goes on.
    """

    date: dt.date
    until: dt.date
    doctor_id: Id | None = None
    status: AppointmentStatus | None = None
    q: str = ""
    after: str | None = None

    @property
    def is_one_day(self) -> bool:
        """Whether it is about one day."""
        return self.date == self.until


class DeskLine(BaseModel):
    """What a line of the list says about an appointment, and the words that it is found by."""

    model_config = ConfigDict(frozen=True)

    id: Id = Field(alias="_id")
    reference: str
    doctor_id: Id
    doctor_name: str
    patient_id: Id
    patient_name: str
    starts_at: datetime
    ends_at: datetime
    wall_start: str
    fold: int
    zone: str
    status: AppointmentStatus
    words: list[str]


def days_and_doctor(wanted: DeskFilter) -> dict[str, Any]:
    """Return the condition of the days and the doctor, which an index serves."""
    start, end = span_bounds(wanted.date, wanted.until, clinic.current().zone)
    doctor = {"doctor_id": wanted.doctor_id} if wanted.doctor_id else {}
    return {**doctor, "starts_at": {"$gte": start, "$lt": end}}


def is_meant(row: DeskLine, status: AppointmentStatus | None, words: Sequence[str]) -> bool:
    """Tell whether a line of the right days and doctor has the status and the words looked for."""
    return (status is None or row.status is status) and each_begins_one(list(words), row.words)


def place_in_list(row: Any, now: datetime | None = None) -> Place:
    """Return where a line stands, in a list by start, or in the queue as it was at `now`."""
    over = now is not None and row.ends_at <= now
    return Place(over=over, starts_at=row.starts_at, id=row.id, now=now)
