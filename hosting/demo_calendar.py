"""The demo clinic's calendar as it is before anybody tries it: times ahead, a week behind."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain, groupby

from domain import clinic
from domain.actions.offering import new_slot
from domain.documents import Appointment, AppointmentStatus, EventRecord, Slot, SlotStatus, User
from domain.ids import new_id
from domain.walltime import clock_times, moments, today
from hosting.demo_people import DemoDoctor
from hosting.seeding import References, booked, events_of, series_event

AHEAD, BEHIND = timedelta(days=21), timedelta(days=7)
_HALF_HOUR, _DAY = timedelta(minutes=30), timedelta(days=1)
_WORKDAYS = range(5)
_SHARE_AHEAD, _SHARE_BEHIND = 0.25, 0.7
_SHARE_CANCELLED, _SHARE_MISSED = 0.05, 0.1
_UNTROUBLED = timedelta(days=10)
_CHECK_UP = "Annual check-up"
_REASONS = (
    "",
    "",
    _CHECK_UP,
    "Follow-up after treatment",
    "Repeat prescription",
    "Pain for two weeks",
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


def planned_slots(doctor: User, plan: DemoDoctor, first: date, last: date) -> list[Slot]:
    """Return a doctor's half-hour slots of some days, both included, ascending."""
    series, zone = new_id(), clinic.current().zone
    return [
        new_slot(doctor, moment, 30, series)
        for local in _wall_times(plan, first, last)
        for moment in moments(local, zone)[:1]
    ]


def first_calendar(
    doctors: Sequence[tuple[User, DemoDoctor]],
    patients: list[User],
    walk_ins: list[User],
    now: datetime,
) -> Calendar:
    """Return three weeks ahead, some of it booked, and what was booked last week and today.

    Ahead, people without a login have the appointments: whoever tries a demo login is free.
    """
    bookings, day = _Bookings(now), today(now, clinic.current().zone)
    ahead = {d.id: planned_slots(d, plan, day + _DAY, day + AHEAD) for d, plan in doctors}
    behind = {d.id: planned_slots(d, plan, day - BEHIND, day) for d, plan in doctors}
    for calendars, share in ((ahead, _SHARE_AHEAD), (behind, _SHARE_BEHIND)):
        slots = sorted(chain(*calendars.values()), key=_start)
        for starts_at, at_once in groupby(slots, key=_start):
            pool = walk_ins if starts_at > now else [*walk_ins, *patients]
            bookings.book_some(list(at_once), pool, share)
    bookings.book_later(ahead[doctors[0][0].id], patients[0])
    for doctor, _ in doctors:
        bookings.calendar.offer(doctor, bookings.used(behind[doctor.id]))
        bookings.calendar.offer(doctor, ahead[doctor.id])
    return bookings.calendar


class _Bookings:
    """Bookings by chance, the same ones everywhere."""

    def __init__(self, now: datetime) -> None:
        self.calendar = Calendar()
        self._now = now
        self._chance = random.Random(1)  # noqa: S311 - nothing secret
        self._references = References()

    def book_some(self, at_once: list[Slot], pool: list[User], share: float) -> None:
        """Book a share of slots with one start, each for another patient."""
        for slot, patient in zip(at_once, self._chance.sample(pool, len(at_once)), strict=True):
            if self._chance.random() < share:
                self._book(slot, patient, self._status(slot), self._chance.choice(_REASONS))

    def book_later(self, slots: list[Slot], patient: User) -> None:
        """Book the first open slot that is some days away."""
        later = self._now + _UNTROUBLED
        slot = next(one for one in slots if one.status is SlotStatus.OPEN and one.starts_at > later)
        self._book(slot, patient, AppointmentStatus.BOOKED, _CHECK_UP)

    def used(self, slots: list[Slot]) -> list[Slot]:
        """Return the slots that have or had an appointment."""
        used = {appointment.slot_id for appointment in self.calendar.appointments}
        return [slot for slot in slots if slot.id in used]

    def _book(self, slot: Slot, patient: User, status: AppointmentStatus, reason: str) -> None:
        reference = self._references.new()
        self.calendar.book(booked(slot, patient, reference, status=status, reason=reason), patient)

    def _status(self, slot: Slot) -> AppointmentStatus:
        if self._chance.random() < _SHARE_CANCELLED:
            return AppointmentStatus.CANCELLED
        if slot.starts_at > self._now + _HALF_HOUR:
            return AppointmentStatus.BOOKED
        if slot.ends_at > self._now:
            return AppointmentStatus.ARRIVED
        missed = self._chance.random() < _SHARE_MISSED
        return AppointmentStatus.MISSED if missed else AppointmentStatus.COMPLETED


def _start(slot: Slot) -> datetime:
    return slot.starts_at


def _wall_times(plan: DemoDoctor, first: date, last: date) -> Iterator[datetime]:
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if day.weekday() in _WORKDAYS:
            for start, end in plan.hours:
                for at in clock_times(start, end, _HALF_HOUR, _HALF_HOUR):
                    yield datetime.combine(day, at)
