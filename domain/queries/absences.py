"""What a doctor who is away leaves behind: free times, and appointments that cannot be kept."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from domain import clinic, clock
from domain.audit import saw
from domain.documents import Appointment, AppointmentStatus, Role, Slot, SlotStatus, User
from domain.errors import Invalid, NotFound
from domain.ids import Id
from domain.queries.free_slots import FreeSlot
from domain.sentences import Sentence
from domain.walltime import span_bounds
from domain.writes import Writes, in_transaction

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

    @property
    def ids(self) -> list[list[Id]]:
        """What is free, booked and kept, by its ids."""
        return [[one.id for one in several] for several in (self.free, self.booked, self.kept)]


async def absence(doctor_id: Id, first_day: date, last_day: date) -> Absence:
    """Return what would go if a doctor were away on some days.

    Raises:
        NotFound: there is no such doctor.
        Invalid: the days are too many, or the last lies before the first.
    """
    _require_few(first_day, last_day)
    doctor = await _doctor(doctor_id)
    found = await in_transaction(partial(absence_now, doctor, first_day, last_day))
    saw((one.id, one.patient_id) for one in (*found.booked, *found.kept))
    return found


def absence_now(doctor: User, first_day: date, last_day: date, reads: Writes) -> Absence:
    """Return the same within a transaction, as of one moment.

    What is booked or cancelled between two reads of different moments might be in neither list.
    """
    start, end = span_bounds(first_day, last_day, clinic.current().zone)
    within = {"doctor_id": doctor.id, "starts_at": {"$gte": start, "$lt": end}}
    now = clock.now()
    ahead = [one for one in reads.find(Appointment, within) if one.ends_at > now]
    ahead.sort(key=lambda one: one.starts_at)
    return Absence(
        doctor=doctor,
        first_day=first_day,
        last_day=last_day,
        free=_free(doctor, start, end, reads),
        booked=[one for one in ahead if one.status is AppointmentStatus.BOOKED],
        kept=[one for one in ahead if one.status is AppointmentStatus.ARRIVED],
    )


async def _doctor(doctor_id: Id) -> User:
    # One who has left may have left times behind.
    doctor = await User.find_one({"_id": doctor_id})
    if doctor is None or doctor.role is not Role.DOCTOR:
        raise NotFound("There is no such doctor.")
    return doctor


def _free(doctor: User, start: datetime, end: datetime, reads: Writes) -> list[FreeSlot]:
    ahead = {"$gte": max(start, clock.now() + clock.RESOLUTION), "$lt": end}
    where = {"doctor_id": doctor.id, "status": SlotStatus.OPEN.value, "starts_at": ahead}
    return reads.rows(Slot, where, FreeSlot, order=("starts_at",))


def _require_few(first_day: date, last_day: date) -> None:
    if last_day < first_day:
        sentence = Sentence("The last day lies before the first.")
    elif last_day - first_day >= timedelta(days=MOST_DAYS):
        sentence = Sentence("Please close at most %(number)s days at once.", number=MOST_DAYS)
    else:
        return
    raise Invalid(sentence, until=sentence)
