"""The demo clinic: made once, and given free time ahead at each start."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from domain import clinic, clock, passwords
from domain.database import DuplicateKey
from domain.documents import Slot, User
from domain.walltime import span_bounds, today
from domain.writes import Writes, in_transaction
from hosting import demo_people
from hosting.demo_calendar import AHEAD, Calendar, first_calendar, planned_slots
from hosting.demo_people import DOCTORS, PASSWORD, DemoDoctor
from hosting.seeding import store


async def make_demo_clinic() -> bool:
    """Make the demo clinic unless the database has it, and tell whether it did."""
    if await _person(demo_people.address("admin", 1)):
        return False
    people, calendar = await _first_state()
    try:
        await in_transaction(partial(_store, people, calendar))
    except DuplicateKey:
        # Another process was faster: what it made stands.
        return False
    return True


async def keep_time_ahead() -> int:
    """Let the demo doctors offer what is missing of the coming three weeks; return how much."""
    added = 0
    for number, plan in enumerate(DOCTORS, 1):
        doctor = await _person(demo_people.address("doctor", number))
        if doctor is not None and doctor.active:
            added += await _fill(doctor, plan)
    return added


async def demo_logins_work() -> bool:
    """Tell whether anybody can sign in with the demo password."""
    people = await User.find({"email": {"$in": demo_people.addresses()}}).to_list()
    for stored in {person.password_hash for person in people if person.active}:
        if stored is not None and await passwords.verify(stored, PASSWORD):
            return True
    return False


async def _person(email: str) -> User | None:
    return await User.find_one({"email": email})


async def _first_state() -> tuple[list[User], Calendar]:
    doctors, patients = demo_people.doctors(), demo_people.patients()
    walk_ins = demo_people.walk_ins()
    with_login = [*demo_people.front_office(), *doctors, *patients]
    password_hash = await passwords.hash_password(PASSWORD)
    for person in with_login:
        person.password_hash = password_hash
    calendar = first_calendar(
        list(zip(doctors, DOCTORS, strict=True)),
        patients,
        walk_ins,
        clock.now(),
    )
    return [*with_login, *walk_ins], calendar


async def _fill(doctor: User, plan: DemoDoctor) -> int:
    """Offer the planned times ahead that the doctor has never offered."""
    zone = clinic.current().zone
    day = today(clock.now(), zone)
    first, last = day + timedelta(days=1), day + AHEAD
    start, end = span_bounds(first, last, zone)
    where = {"doctor_id": doctor.id, "starts_at": {"$gte": start, "$lt": end}}
    # Withdrawn slots count: what a doctor took back is not offered again behind their back.
    known = {cell for slot in await Slot.find(where).to_list() for cell in slot.cells}
    planned = planned_slots(doctor, plan, first, last)
    missing = Calendar()
    missing.offer(doctor, [slot for slot in planned if known.isdisjoint(slot.cells)])
    if not missing.slots:
        return 0
    try:
        await in_transaction(partial(_store, [], missing))
    except DuplicateKey:
        # Another process has just offered it.
        return 0
    return len(missing.slots)


def _store(people: Sequence[User], calendar: Calendar, writes: Writes) -> None:
    store(people, writes)
    store(calendar.slots, writes)
    store(calendar.appointments, writes)
    store(calendar.events, writes)
