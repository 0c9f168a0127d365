"""Fills a database with the clinic that is measured: people, a long past, some weeks ahead."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import count, islice

from bench.indexing import indexed_afterwards
from domain import clinic, clock, passwords
from domain.actions.accounts import new_person
from domain.actions.offering import new_slot
from domain.documents import Appointment, AppointmentStatus, Role, Slot, User
from domain.ids import new_id
from domain.walltime import monday_of, today, within_calendar
from domain.writes import in_transaction
from hosting.seeding import References, booked, store

PASSWORD = "only for measuring"
_DOCTORS, _VISITS, _PER_DAY, _BATCH = 10, 20, 8, 500
_NAMED_PATIENTS = 200
_HALF_HOUR = timedelta(minutes=30)


@dataclass(frozen=True)
class Contents:
    """What a filled database holds, as text: ids of people and of free times, dates, a place.

    `week`: a Monday; its doctor, the first, has 40 free times then. `list_day`: a day of 80
    appointments. `span`: the query of the desk's list over all of them that it can ask for;
    `deep_mark`: where its last page begins.
    """

    doctors: list[str]
    patients: list[str]
    desk: str
    week: str
    list_day: str
    span: str
    deep_mark: str
    open_slots: list[str]


async def fill(slots: int) -> Contents:
    """Store so many slots of the past, each with its appointment, and some hundreds ahead."""
    password_hash = await passwords.hash_password(PASSWORD)
    doctors = [_person(Role.DOCTOR, number, password_hash) for number in range(_DOCTORS)]
    # A clinic that grows has more patients, and not the same ones more and more often.
    people = range(max(1, slots // _VISITS))
    patients = [_person(Role.PATIENT, number, password_hash) for number in people]
    desk = _person(Role.RECEPTIONIST, 0, password_hash)
    everybody = iter([*doctors, *patients, desk])
    while some := list(islice(everybody, _BATCH)):
        await in_transaction(partial(store, some))
    monday = monday_of(today(clock.now(), clinic.current().zone))
    week, pool = monday + timedelta(days=14), monday + timedelta(days=21)
    async with indexed_afterwards(Slot, Appointment):
        past = await _past(doctors, patients, slots)
    await _offer(doctors[0], starts(week, range(5), 8, _PER_DAY))
    open_slots = await _offer(doctors[2], starts(pool, range(44), 8, 20))
    since = next(day for start, _ in past if within_calendar(day := start.date()))
    deep = past[-51] if len(past) > 51 else past[0]
    return Contents(
        doctors=[str(one.id) for one in doctors],
        patients=[str(one.id) for one in patients[:_NAMED_PATIENTS]],
        desk=str(desk.id),
        week=str(week),
        list_day=str(past[-1][0].date()),
        span=f"date={since}&until={monday + timedelta(days=365)}",
        deep_mark=f"{deep[0]:%Y%m%dT%H%M%SZ}{deep[1]}",
        open_slots=[str(one.id) for one in reversed(open_slots)],
    )


def starts(first: date, offsets: Iterable[int], hour: int, number: int) -> Iterator[datetime]:
    """Yield the starts of half hours on weekdays, so many a day."""
    for offset in offsets:
        day = first + timedelta(days=offset)
        if day.weekday() < 5:
            at = datetime.combine(day, time(hour), tzinfo=clinic.current().zone)
            yield from ((at + _HALF_HOUR * turn).astimezone(UTC) for turn in range(number))


def _person(role: Role, number: int, password_hash: str) -> User:
    person = new_person(
        role=role,
        email=f"{role.value}{number}@example.org",
        name=f"{role.value.title()} Number {number}",
        specialty="General practice" if role is Role.DOCTOR else "",
    )
    person.password_hash = password_hash
    return person


async def _offer(doctor: User, at: Iterator[datetime]) -> list[Slot]:
    slots = [new_slot(doctor, one, 30, new_id()) for one in at]
    await in_transaction(partial(store, slots))
    return slots


async def _past(
    doctors: list[User], patients: list[User], slots: int
) -> list[tuple[datetime, object]]:
    """Store full days that are over; return start and id of each appointment, ascending."""
    day = today(clock.now(), clinic.current().zone) - timedelta(days=1)
    times = starts(day, count(step=-1), 8, _PER_DAY)
    pairs = islice(((at, doctor) for at in times for doctor in enumerate(doctors)), slots)
    references, known = References(), []
    while batch := list(islice(pairs, _BATCH)):
        made = []
        for at, (number, doctor) in batch:
            slot = new_slot(doctor, at, 30, new_id())
            patient = patients[(slot.cells[0] // 6 * 31 + number) % len(patients)]
            status = AppointmentStatus.COMPLETED
            made.append((slot, booked(slot, patient, references.new(), status=status)))
        await in_transaction(partial(store, [slot for slot, _ in made]))
        await in_transaction(partial(store, [one for _, one in made]))
        known += [(one.starts_at, one.id) for _, one in made]
    return sorted(known)
