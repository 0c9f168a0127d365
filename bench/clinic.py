"""A clinic to measure: a database of its own, filled, and the app in this process."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import count, islice
from pathlib import Path

from flask import Flask

from bench.indexing import indexed_afterwards
from domain import clinic, clock, database, passwords
from domain.actions.accounts import new_person
from domain.actions.offering import new_slot
from domain.documents import DOCUMENTS, Appointment, AppointmentStatus, Role, Slot, User
from domain.ids import new_id
from domain.migrations import migrate
from domain.walltime import monday_of, today
from domain.writes import in_transaction
from hosting.loop import LoopThread
from hosting.seeding import References, booked, store
from listeners import DOCUMENTS as LISTENER_DOCUMENTS
from listeners.trace import Trace
from tests.support.database import running_secantus
from webapp import WebConfig, create_app

ALL_DOCUMENTS = (*DOCUMENTS, *LISTENER_DOCUMENTS)
_TICK = os.sysconf("SC_CLK_TCK")
_PASSWORD = "only for measuring"
_DOCTORS, _PATIENTS, _VISITS, _PER_DAY, _BATCH = 10, 200, 20, 8, 500
_HALF_HOUR = timedelta(minutes=30)


@dataclass
class Filled:
    """The app with people, a week of 40 free times, a day of 80 appointments and a long past."""

    app: Flask
    loop: LoopThread
    pid: int
    doctors: list[User]
    patients: list[User]
    desk: User
    week: date
    list_day: date
    span: str
    deep_mark: str
    open_slots: list[str]
    offered: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        day = today(clock.now(), clinic.current().zone) + timedelta(days=400)
        self._windows = _starts(day, count(), 8, 14)

    def session(self, person: User) -> str:
        """Return the cookies of a browser in which somebody is signed in."""
        client = self.app.test_client()
        page = client.get("/login").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        form = {"csrf_token": token, "email": person.email, "password": _PASSWORD}
        answer = client.post("/login", data=form)
        assert answer.status_code == 303, answer.text
        client.get("/account")  # which puts the secret behind form tokens into the session
        return "; ".join(f"{one.key}={one.value}" for one in client._cookies.values())

    def next_window(self) -> str:
        """Return the fields of a form that offers a free half hour."""
        at = next(self._windows)
        return f"date={at:%Y-%m-%d}&start={at:%H:%M}&minutes=30"

    def offered_slot(self) -> str:
        """Return a slot that the second doctor offered far ahead."""
        if not self.offered:
            where = {"doctor_id": self.doctors[1].id, "status": "open"}
            ahead = {
                "$gte": clock.now() + timedelta(days=300),
                "$lt": clock.now() + timedelta(days=3000),
            }
            found = self.loop.run(Slot.find({**where, "starts_at": ahead}).to_list())
            self.offered = [str(one.id) for one in found]
        return self.offered.pop()

    def database_cpu(self) -> float:
        """Return the CPU seconds that the database has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK


@contextmanager
def filled_clinic(slots: int) -> Iterator[Filled]:
    """Yield a clinic with so many slots of the past, and some hundreds ahead."""
    others = _children()
    with tempfile.TemporaryDirectory() as folder, running_secantus(Path(folder)) as uri:
        (pid,) = set(_children()).difference(others)
        loop = LoopThread().start()
        loop.run(database.connect(uri, "bench", ALL_DOCUMENTS))
        loop.run(migrate())
        app = create_app(WebConfig(secret_key="measuring", testing=True), loop.run, Trace())
        yield loop.run(_filled(app, loop, pid, slots))
        database.close()
        loop.stop()


async def _filled(app: Flask, loop: LoopThread, pid: int, slots: int) -> Filled:
    password_hash = await passwords.hash_password(_PASSWORD)
    doctors = [_person(Role.DOCTOR, number, password_hash) for number in range(_DOCTORS)]
    # A clinic that grows has more patients, and not the same ones more and more often.
    people = max(_PATIENTS, slots // _VISITS)
    patients = [_person(Role.PATIENT, number, password_hash) for number in range(people)]
    desk = _person(Role.RECEPTIONIST, 0, password_hash)
    everybody = iter([*doctors, *patients, desk])
    while some := list(islice(everybody, _BATCH)):
        await in_transaction(partial(store, some))
    monday = monday_of(today(clock.now(), clinic.current().zone))
    week, pool = monday + timedelta(days=14), monday + timedelta(days=21)
    async with indexed_afterwards(Slot, Appointment):
        past = await _past(doctors, patients, slots)
    await _offer(doctors[0], _starts(week, range(5), 8, _PER_DAY))
    open_slots = await _offer(doctors[2], _starts(pool, range(44), 8, 20))
    deep = past[-51] if len(past) > 51 else past[0]
    return Filled(
        app=app,
        loop=loop,
        pid=pid,
        doctors=doctors,
        patients=patients,
        desk=desk,
        week=week,
        list_day=past[-1][0].date(),
        span=f"date={past[0][0].date()}&until={monday + timedelta(days=365)}",
        deep_mark=f"{deep[0]:%Y%m%dT%H%M%SZ}{deep[1]}",
        open_slots=[str(one.id) for one in reversed(open_slots)],
    )


def _person(role: Role, number: int, password_hash: str) -> User:
    person = new_person(
        role=role,
        email=f"{role.value}{number}@example.org",
        name=f"{role.value.title()} Number {number}",
        specialty="General practice" if role is Role.DOCTOR else "",
    )
    person.password_hash = password_hash
    return person


async def _offer(doctor: User, starts: Iterator[datetime]) -> list[Slot]:
    slots = [new_slot(doctor, at, 30, new_id()) for at in starts]
    await in_transaction(partial(store, slots))
    return slots


async def _past(
    doctors: list[User], patients: list[User], slots: int
) -> list[tuple[datetime, object]]:
    """Store full days that are over; return start and id of each appointment, ascending."""
    day = today(clock.now(), clinic.current().zone) - timedelta(days=1)
    starts = _starts(day, count(step=-1), 8, _PER_DAY)
    pairs = islice(((at, doctor) for at in starts for doctor in enumerate(doctors)), slots)
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


def _starts(first: date, offsets: Iterable[int], hour: int, number: int) -> Iterator[datetime]:
    """Yield the starts of half hours on weekdays, so many a day."""
    for offset in offsets:
        day = first + timedelta(days=offset)
        if day.weekday() < 5:
            at = datetime.combine(day, time(hour), tzinfo=clinic.current().zone)
            yield from ((at + _HALF_HOUR * turn).astimezone(UTC) for turn in range(number))


def _children() -> list[int]:
    tasks = Path("/proc/self/task").iterdir()
    return [int(pid) for task in tasks for pid in (task / "children").read_text().split()]
