"""The demo clinic's calendar as it is before anybody tries it: times ahead, a week behind."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from domain.documents import Appointment, AppointmentStatus, EventRecord, Slot, SlotStatus, User
from domain.ids import new_id
from domain.walltime import clock_times, moments, today
from hosting.demo_people import DemoDoctor
from hosting.seeding import References, booked, events_of, offered, series_event

AHEAD, BEHIND = timedelta(days=21), timedelta(days=7)
_HALF_HOUR, _DAY = timedelta(minutes=30), timedelta(days=1)
_WORKDAYS = range(5)
_SHARE_AHEAD, _SHARE_BEHIND = 0.25, 0.7
_SHARE_CANCELLED, _SHARE_MISSED = 0.05, 0.1
_UNTROUBLED = timedelta(days=10)
_REASONS = (
    "",
    "",
    "Annual check-up",
    "Follow-up after treatment",
    "Repeat prescription",
    "Back pain for two weeks",
    "Advice before travelling",
    "Results of the blood test",
)


@dataclass
class Calendar:
    """Slots with their appointments, and the events of both."""

    slots: list[Slot] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    events: list[EventRecord] = field(default_factory=list)

    def offer(self, doctor: User, slots: list[Slot]) -> None:
        """Add a doctor's series, if there is any of it."""
        if slots:
            self.slots += slots
            self.events.append(series_event(doctor, slots[0], slots[-1], len(slots)))

    def book(self, appointment: Appointment, patient: User) -> None:
        """Add an appointment of a patient."""
        self.appointments.append(appointment)
        self.events += events_of(appointment, patient)


def planned_slots(
    doctor: User, plan: DemoDoctor, first: date, last: date, zone: ZoneInfo
) -> list[Slot]:
    """Return a doctor's half-hour slots of some days, both included, ascending."""
    series = new_id()
    return [
        offered(doctor, moment, 30, series, zone)
        for local in _wall_times(plan, first, last)
        for moment in moments(local, zone)[:1]
    ]


def first_calendar(
    doctors: Sequence[tuple[User, DemoDoctor]],
    patients: list[User],
    walk_ins: list[User],
    now: datetime,
    zone: ZoneInfo,
) -> Calendar:
    """Return three weeks ahead, some of it booked, and what was booked last week and today.

    Ahead, people without a login have the appointments: whoever tries a demo login is free.
    """
    # The demo clinic looks the same everywhere.
    chance, references = random.Random(1), References()  # noqa: S311
    calendar, day = Calendar(), today(now, zone)
    ahead = {d.id: planned_slots(d, plan, day + _DAY, day + AHEAD, zone) for d, plan in doctors}
    behind = {d.id: planned_slots(d, plan, day - BEHIND, day, zone) for d, plan in doctors}
    for slots, pool, share in (
        (ahead, walk_ins, _SHARE_AHEAD),
        (behind, [*walk_ins, *patients], _SHARE_BEHIND),
    ):
        for slot, patient in _pairs(slots.values(), pool, share, chance):
            status, reason = _status(slot, now, chance), chance.choice(_REASONS)
            calendar.book(
                booked(slot, patient, references.new(), status=status, reason=reason), patient
            )
    first = next(s for s in ahead[doctors[0][0].id] if _free(s) and s.starts_at > now + _UNTROUBLED)
    calendar.book(booked(first, patients[0], references.new(), reason=_REASONS[2]), patients[0])
    for doctor, _ in doctors:
        calendar.offer(doctor, [slot for slot in behind[doctor.id] if not _free(slot)])
        calendar.offer(doctor, ahead[doctor.id])
    return calendar


def _pairs(
    calendars: Iterable[list[Slot]],
    pool: list[User],
    share: float,
    chance: random.Random,
) -> Iterator[tuple[Slot, User]]:
    """Yield the slots to book and for whom: at one time, each patient is in one place."""
    slots = sorted((slot for one in calendars for slot in one), key=lambda slot: slot.starts_at)
    for _, at_once in groupby(slots, key=lambda slot: slot.starts_at):
        chosen = [slot for slot in at_once if chance.random() < share]
        yield from zip(chosen, chance.sample(pool, len(chosen)), strict=True)


def _status(slot: Slot, now: datetime, chance: random.Random) -> AppointmentStatus:
    if chance.random() < _SHARE_CANCELLED:
        return AppointmentStatus.CANCELLED
    if slot.starts_at > now + _HALF_HOUR:
        return AppointmentStatus.BOOKED
    if slot.ends_at > now:
        return AppointmentStatus.ARRIVED
    missed = chance.random() < _SHARE_MISSED
    return AppointmentStatus.MISSED if missed else AppointmentStatus.COMPLETED


def _free(slot: Slot) -> bool:
    return slot.status is SlotStatus.OPEN


def _wall_times(plan: DemoDoctor, first: date, last: date) -> Iterator[datetime]:
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if day.weekday() in _WORKDAYS:
            for start, end in plan.hours:
                for at in clock_times(start, end, _HALF_HOUR, _HALF_HOUR):
                    yield datetime.combine(day, at)
