"""Made-up times and appointments for the page that shows components."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain import clinic, clock
from domain.documents import AppointmentStatus
from domain.ids import Id, new_id
from domain.queries.free_slots import FreeSlot, FreeTimes
from domain.walltime import today, wall_of
from webapp.presenters.weeks import FreeWeek, free_week

_HALF_HOUR = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class SampleAppointment:
    """As much of an appointment as its card shows."""

    id: Id
    reference: str
    doctor_name: str
    specialty: str
    patient_name: str
    status: str
    starts_at: datetime
    ends_at: datetime
    wall_start: str
    fold: int
    zone: str


def sample_slots() -> list[FreeSlot]:
    """Return three free times of tomorrow."""
    noon = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    return [_slot(noon + _HALF_HOUR * number) for number in range(3)]


def sample_week() -> FreeWeek:
    """Return a week in which one day has free times."""
    return free_week(today(clock.now(), clinic.current().zone), FreeTimes(sample_slots()))


def sample_appointments() -> list[SampleAppointment]:
    """Return an appointment in each status."""
    slot = sample_slots()[0]
    facts = slot.model_dump(exclude={"id", "doctor_id"})
    return [
        SampleAppointment(
            id=new_id(), reference="K7Q-4MD", patient_name="Mira Lindqvist", status=one, **facts
        )
        for one in AppointmentStatus
    ]


def _slot(start: datetime) -> FreeSlot:
    wall = wall_of(start, clinic.current().zone)
    return FreeSlot(
        _id=new_id(),
        doctor_id=new_id(),
        doctor_name="Dr Amal Weber",
        specialty="Dermatology",
        starts_at=start,
        ends_at=start + _HALF_HOUR,
        wall_start=wall.local.isoformat(timespec="minutes"),
        fold=wall.fold,
        zone=wall.zone,
    )
