"""Series: what a plan would amount to, and what still stands of one that was offered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from domain import clinic, clock, spans
from domain.documents import Appointment, AppointmentStatus, Slot, SlotStatus, User
from domain.errors import NotFound
from domain.ids import Id
from domain.queries.appointments import active_by_slot
from domain.queries.calendar import held_cells
from domain.reading import read_rows
from domain.series import SeriesPlan, planned_times
from domain.walltime import cells_of
from domain.writes import Writes, in_transaction


@dataclass(frozen=True, kw_only=True)
class SeriesOutlook:
    """What a plan amounts to in a doctor's calendar as it is now.

    `starts`: the times that would be offered, in UTC, ascending; how many others overlap what is
    offered already, do not exist on the clock, collide with one of the plan as the clock is turned,
    or have passed.
    """

    starts: list[datetime]
    overlapping: int
    nonexistent: int
    colliding: int
    past: int

    @property
    def skipped(self) -> int:
        """How many times of the plan are left out, for whatever reason."""
        return self.overlapping + self.nonexistent + self.colliding + self.past


class SeriesSlot(BaseModel):
    """A slot of a series: there may be a thousand, so only what a withdrawal needs is read."""

    model_config = ConfigDict(frozen=True)

    id: Id = Field(alias="_id")
    doctor_id: Id
    status: SlotStatus
    starts_at: datetime
    ends_at: datetime
    wall_start: str
    zone: str


@dataclass(frozen=True, kw_only=True)
class SeriesStanding:
    """What is still ahead of a series: free slots, and booked ones with their appointments.

    `kept`: appointments whose patient has arrived already, which nothing cancels.
    """

    series_id: Id
    free: list[SeriesSlot]
    booked: list[tuple[SeriesSlot, Appointment]]
    kept: list[Appointment]

    @property
    def ids(self) -> list[list[Id]]:
        """What is free, booked and kept: its slots' and its appointments' ids."""
        booked = [one.id for pair in self.booked for one in pair]
        return [[slot.id for slot in self.free], booked, [one.id for one in self.kept]]


async def series_outlook(doctor: User, plan: SeriesPlan) -> SeriesOutlook:
    """Return what offering a plan would do, without doing it; `offer_series` asks just this.

    Raises:
        Invalid: a field of the plan is not possible, or no time fits into it.
    """
    times = planned_times(plan, clinic.current().zone, clock.now())
    held = await held_cells(doctor.id, times.starts[0], times.starts[-1])
    length = timedelta(minutes=plan.minutes)
    free = [start for start in times.starts if held.isdisjoint(cells_of(start, start + length))]
    return SeriesOutlook(
        starts=free,
        overlapping=len(times.starts) - len(free),
        nonexistent=times.nonexistent,
        colliding=times.colliding,
        past=times.past,
    )


async def series_standing(series_id: Id, doctor: User) -> SeriesStanding:
    """Return what is still ahead of a doctor's own series, ascending.

    Raises:
        NotFound: there is no such series, or it is another doctor's.
    """
    found = await in_transaction(partial(series_now, series_id, doctor))
    if not any(found.ids):
        await _require_series(series_id, doctor)
    return found


async def series_withdrawn(series_id: Id, doctor: User) -> list[SeriesSlot]:
    """Return what would still be ahead of a doctor's own series, had it not been withdrawn."""
    where = _where(series_id, doctor, SlotStatus.WITHDRAWN)
    return await read_rows(Slot, where, SeriesSlot, order=("starts_at",))


def series_now(series_id: Id, doctor: User, reads: Writes) -> SeriesStanding:
    """Return the same within a transaction, as of one moment, of whatever series.

    What is booked or cancelled between two reads of different moments might be in neither list.
    """
    free, booked = (
        _ahead(series_id, doctor, status, reads) for status in (SlotStatus.OPEN, SlotStatus.BOOKED)
    )
    appointments = active_by_slot(booked, reads)
    pairs = [(slot, appointments[slot.id]) for slot in booked if slot.id in appointments]
    return SeriesStanding(
        series_id=series_id,
        free=free,
        booked=[pair for pair in pairs if pair[1].status is AppointmentStatus.BOOKED],
        kept=[one for _, one in pairs if one.status is not AppointmentStatus.BOOKED],
    )


def _ahead(series_id: Id, doctor: User, status: SlotStatus, reads: Writes) -> list[SeriesSlot]:
    where = _where(series_id, doctor, status)
    return reads.rows(Slot, where, SeriesSlot, order=("starts_at",))


def _where(series_id: Id, doctor: User, status: SlotStatus) -> dict[str, Any]:
    return {
        "doctor_id": doctor.id,
        "series_id": series_id,
        "status": status.value,
        "starts_at": spans.ahead(),
    }


async def _require_series(series_id: Id, doctor: User) -> None:
    if await Slot.find_one({"doctor_id": doctor.id, "series_id": series_id}) is None:
        raise NotFound("There is no such series.")
