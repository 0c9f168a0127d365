"""Bulk data for measuring: doctors whose calendars reach from the past into the coming weeks."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import chain, count, islice
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from domain import clinic, clock
from domain.actions.accounts import new_person
from domain.actions.offering import new_slot
from domain.actions.reminding import every_reminder
from domain.documents import Appointment, AppointmentStatus, EventRecord, Role, Slot, User
from domain.ids import Id, new_id
from domain.walltime import clock_times, moments, today
from domain.writes import Writes, in_transaction
from hosting.seeding import References, booked, events_of, series_event, store

_HALF_HOUR = timedelta(minutes=30)
_HOURS = ((time(8), time(12)), (time(13), time(18)))
_WORKDAYS = range(5)
_DAYS_AHEAD = 60
_BATCH = 500
_SPECIALTIES = ("General practice", "Cardiology", "Dermatology", "Paediatrics", "Orthopaedics")


@dataclass(frozen=True, kw_only=True)
class Amount:
    """How much to make; `booked`: the share of slots with an appointment, 0 to 1."""

    doctors: int
    slots: int
    booked: float

    @property
    def patients(self) -> int:
        """How many patients share the appointments."""
        return max(50, self.doctors, min(self.slots // 20, 20_000))


@dataclass
class _Series:
    """A doctor's slots so far."""

    doctor: User
    id: Id = field(default_factory=new_id)
    first: Slot | None = None
    last: Slot | None = None
    count: int = 0

    def add(self, slot: Slot) -> None:
        self.count += 1
        if self.first is None or slot.starts_at < self.first.starts_at:
            self.first = slot
        if self.last is None or slot.starts_at > self.last.starts_at:
            self.last = slot

    def event(self) -> list[EventRecord]:
        if self.first is None or self.last is None:
            return []
        return [series_event(self.doctor, self.first, self.last, self.count)]


async def load(amount: Amount, progress: Callable[[int], None]) -> None:
    """Store new doctors and patients with slots and appointments; report each step of progress."""
    tag = str(new_id())
    doctors = [_doctor(tag, number) for number in range(amount.doctors)]
    patients = [_patient(tag, number) for number in range(amount.patients)]
    await in_transaction(partial(store, [*doctors, *patients]))
    known = await Appointment.find_all().project(_Reference).to_list()
    references = References(one.reference for one in known)
    calendars = [_Series(doctor) for doctor in doctors]
    chance = random.Random(amount.slots)  # noqa: S311 - the same figures at each measurement
    pairs = islice(_slots(calendars, patients), amount.slots)
    while batch := list(islice(pairs, _BATCH)):
        chosen = [pair for pair in batch if chance.random() < amount.booked]
        bookings = [(_booking(slot, who, references, chance), who) for slot, who in chosen]
        await in_transaction(partial(_store, [slot for slot, _ in batch], bookings))
        progress(len(batch))
    await in_transaction(partial(store, list(chain(*(one.event() for one in calendars)))))


def _slots(calendars: list[_Series], patients: list[User]) -> Iterator[tuple[Slot, User]]:
    """Yield slots and who might book them; at one start, no two have the same patient."""
    zone, turn = clinic.current().zone, count()
    for starts_at in _starts(today(clock.now(), zone), zone):
        for series in calendars:
            slot = new_slot(series.doctor, starts_at, 30, series.id)
            series.add(slot)
            yield slot, patients[next(turn) % len(patients)]


def _starts(day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield starts on ever more distant days, ahead and behind, from some weeks on behind only."""
    for distance in count(1):
        ahead = [day + timedelta(days=distance)] if distance <= _DAYS_AHEAD else []
        for one in [*ahead, day - timedelta(days=distance)]:
            if one.weekday() in _WORKDAYS:
                for start, end in _HOURS:
                    for at in clock_times(start, end, _HALF_HOUR, _HALF_HOUR):
                        yield from moments(datetime.combine(one, at), zone)[:1]


def _booking(
    slot: Slot, patient: User, references: References, chance: random.Random
) -> Appointment:
    status = AppointmentStatus.BOOKED
    if slot.ends_at < clock.now():
        seen = chance.random() < 0.95
        status = AppointmentStatus.COMPLETED if seen else AppointmentStatus.MISSED
    appointment = booked(slot, patient, references.new(), status=status)
    # So many messages to nobody would disturb what is measured, and whoever's mail server is set.
    appointment.reminded = every_reminder()
    return appointment


def _store(slots: list[Slot], bookings: list[tuple[Appointment, User]], writes: Writes) -> None:
    store(slots, writes)
    store([appointment for appointment, _ in bookings], writes)
    store([event for one in bookings for event in events_of(*one)], writes)


class _Reference(BaseModel):
    reference: str


def _doctor(tag: str, number: int) -> User:
    return new_person(
        role=Role.DOCTOR,
        email=f"doctor{number}.{tag}@load.example.org",
        name=f"Dr Load {number}",
        specialty=_SPECIALTIES[number % len(_SPECIALTIES)],
    )


def _patient(tag: str, number: int) -> User:
    return new_person(
        role=Role.PATIENT, email=f"patient{number}.{tag}@load.example.org", name=f"Load {number}"
    )
