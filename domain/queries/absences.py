"""What a doctor who is away leaves behind: free times, and appointments that cannot be kept."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain import clinic, clock
from domain.audit import saw
from domain.database import read_rows
from domain.documents import Appointment, AppointmentStatus, Role, Slot, SlotStatus, User
from domain.errors import Invalid, NotFound
from domain.ids import Id
from domain.queries.free_times import FreeSlot
from domain.sentences import Sentence
from domain.walltime import span_bounds

MOST_DAYS = 14


@dataclass(frozen=True, kw_only=True)
class Absence:
    """What is still ahead of a doctor's local days, both included, ascending.

    `kept`: appointments whose patient has arrived already, which nothing cancels.
    """

    doctor: User
    first_day: date
    last_day: date
    free: list[FreeSlot]
    booked: list[Appointment]
    kept: list[Appointment]


async def absence(doctor_id: Id, first_day: date, last_day: date) -> Absence:
    """Return what would go if a doctor were away on some days.

    Raises:
        NotFound: there is no such doctor.
        Invalid: the days are too many, or the last lies before the first.
    """
    _require_few(first_day, last_day)
    doctor = await _doctor(doctor_id)
    start, end = span_bounds(first_day, last_day, clinic.current().zone)
    free, appointments = await asyncio.gather(
        _free(doctor_id, start, end),
        Appointment.find({"doctor_id": doctor_id, "starts_at": {"$gte": start, "$lt": end}})
        .sort("+starts_at")
        .to_list(),
    )
    ahead = [one for one in appointments if one.ends_at > clock.now()]
    saw((one.id, one.patient_id) for one in ahead)
    return Absence(
        doctor=doctor,
        first_day=first_day,
        last_day=last_day,
        free=free,
        booked=[one for one in ahead if one.status is AppointmentStatus.BOOKED],
        kept=[one for one in ahead if one.status is AppointmentStatus.ARRIVED],
    )


async def _doctor(doctor_id: Id) -> User:
    # One who has left may have left times behind.
    doctor = await User.find_one({"_id": doctor_id})
    if doctor is None or doctor.role is not Role.DOCTOR:
        raise NotFound("There is no such doctor.")
    return doctor


async def _free(doctor_id: Id, start: datetime, end: datetime) -> list[FreeSlot]:
    ahead = {"$gte": max(start, clock.now() + clock.RESOLUTION), "$lt": end}
    where = {"doctor_id": doctor_id, "status": SlotStatus.OPEN.value, "starts_at": ahead}
    return await read_rows(Slot, where, FreeSlot, order=("starts_at",))


def _require_few(first_day: date, last_day: date) -> None:
    if last_day < first_day:
        sentence = Sentence("The last day lies before the first.")
    elif last_day - first_day >= timedelta(days=MOST_DAYS):
        sentence = Sentence("Please close at most %(number)s days at once.", number=MOST_DAYS)
    else:
        return
    raise Invalid(sentence, until=sentence)
