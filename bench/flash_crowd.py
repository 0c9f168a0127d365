"""Ten thousand patients want the same five hundred times within a minute.

    python -m bench.flash_crowd
    python -m bench.flash_crowd --clients 1000 --seconds 6 --doctors 20 --times 5

Everybody is signed in, has the page of a time open and presses the button; whose time is gone is
told so, with what else is free. Database, app, mail server and crowd share this machine. It ends
with exit code 1 unless every time was booked once, everybody else was told so, and every mail was
sent.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from datetime import datetime, timedelta
from datetime import time as clock_time
from functools import partial
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from bench.crowd import Heard, Member, Passes, arrive, ask
from bench.sink import Sink
from domain import clinic, clock, database
from domain.actions.accounts import new_person
from domain.actions.offering import new_slot
from domain.documents import DOCUMENTS, Role, Slot, User
from domain.ids import new_id
from domain.walltime import today
from domain.writes import in_transaction
from hosting.loop import LoopThread
from hosting.seeding import store
from listeners import DOCUMENTS as LISTENER_DOCUMENTS
from tests.support.database import running_secantus
from tests.support.server import running_app

SECRET = "only for measuring, where nobody signs anything that counts"
_ALL = (*DOCUMENTS, *LISTENER_DOCUMENTS)
_MAIL_SECONDS = 300


async def prepare(clients: int, doctors: int, times: int) -> tuple[list[Member], list[str]]:
    """Store doctors with free times and patients with a session; return members and times."""
    passes, zone = Passes(SECRET), clinic.current().zone
    patients = [_person(Role.PATIENT, number) for number in range(clients)]
    members = [passes.admit(person) for person in patients]
    offering = [_person(Role.DOCTOR, number) for number in range(doctors)]
    await in_transaction(partial(store, offering))
    for start in range(0, clients, 2000):
        await in_transaction(partial(store, patients[start : start + 2000]))
    day = today(clock.now(), zone) + timedelta(days=7)
    first = datetime.combine(day, clock_time(8), tzinfo=zone)
    slots: list[Slot] = [
        new_slot(doctor, first + timedelta(minutes=20 * turn), 20, new_id())
        for doctor in offering
        for turn in range(times)
    ]
    await in_transaction(partial(store, slots))
    return members, [str(slot.id) for slot in slots]


def _person(role: Role, number: int) -> User:
    specialty = "General practice" if role is Role.DOCTOR else ""
    address = f"{role.value}{number}@example.org"
    return new_person(role=role, email=address, name=f"{role.value} {number}", specialty=specialty)


async def rush(url: str, members: list[Member], slots: list[str], seconds: float) -> Heard:
    """Let everybody press the button once, at any moment of some seconds."""
    chance = random.Random(len(members))
    wanted = [chance.choice(slots) for _ in members]
    arrivals = sorted(chance.uniform(0, seconds) for _ in members)

    async def press(number: int) -> tuple[int, bytes]:
        form = {"reason": "", "idempotency_key": f"crowd {number}"}
        status, body = await ask(url, f"/slots/{wanted[number]}/book", members[number], form)
        return status, body

    return await arrive(arrivals, press)


def report(heard: Heard, slots: int, seconds: float) -> list[str]:
    """Return what was answered, in lines."""
    answered = sum(heard.statuses.values())
    over = sum(count for status, count in heard.statuses.items() if status >= 500)
    return [
        f"answered {answered} in {seconds:.0f} s ({answered / seconds:.0f} per second), "
        f"broken connections {sum(heard.broken.values())} {dict(heard.broken) or ''}",
        f"booked {heard.statuses[200]} of {slots}; refused {heard.statuses[409]}: "
        f"{heard.refused_with_times} with other free times of that doctor, "
        f"{heard.refused_otherwise} with the way to all times, when none of that doctor was left; "
        f"5xx {over}; all statuses {dict(heard.statuses)}",
        f"answer in ms: p50 {heard.percentile(0.5):.0f}, p95 {heard.percentile(0.95):.0f}, "
        f"p99 {heard.percentile(0.99):.0f}",
    ]


def main() -> None:
    """Run it once, and look into database and mailbox afterwards."""
    options = _options()
    sink = Sink()
    with tempfile.TemporaryDirectory() as folder, running_secantus(Path(folder)) as uri:
        loop = LoopThread().start()
        loop.run(database.connect(uri, "crowd", _ALL))
        ready = prepare(options.clients, options.doctors, options.times)
        members, slots = loop.run(ready)
        database.close()
        loop.stop()
        with running_app(Path(folder), **_settings(uri, sink.port, options)) as app:
            begun = time.monotonic()
            heard = asyncio.run(rush(app.url, members, slots, options.seconds))
            for line in report(heard, len(slots), time.monotonic() - begun):
                print(line)
            right = is_right(heard, len(members), len(slots))
            right = _look(uri, sink, begun, len(slots)) and right
    sink.close()
    sys.exit(0 if right else 1)


def is_right(heard: Heard, clients: int, slots: int) -> bool:
    """Tell whether each time was given once, and everybody else told so clearly."""
    refused = heard.refused_with_times + heard.refused_otherwise
    return heard.statuses == {200: slots, 409: clients - slots} and refused == clients - slots


def _settings(uri: str, mail_port: int, options: argparse.Namespace) -> dict[str, str]:
    return {
        "MONGODB_URI": uri,
        "MONGODB_DATABASE": "crowd",
        "SECRET_KEY": SECRET,
        "DEMO": "0",
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(mail_port),
        "LOG_LEVEL": "WARNING",
        "REMINDERS": "none",
        "WEB_PROCESSES": str(options.processes),
        "WEB_THREADS": str(options.threads),
    }


def _look(uri: str, sink: Sink, begun: float, wanted: int) -> bool:
    """Print what is stored and what was sent; tell whether that is one of each for each time."""
    end = time.monotonic() + _MAIL_SECONDS
    while sink.counts()[1] < wanted and time.monotonic() < end:
        time.sleep(0.5)
    with MongoClient[Any](uri) as client:
        booked = list(client["crowd"].appointments.find({}, {"slot_id": 1}))
        events = client["crowd"].events.count_documents({"kind": "appointment.created"})
    different = len({one["slot_id"] for one in booked})
    count, ids = sink.counts()
    print(f"stored: {len(booked)} appointments of {different} times, {events} events")
    took = time.monotonic() - begun
    print(f"mails: {count} accepted, {ids} different, {took:.0f} s after the start")
    return len(booked) == different == events == count == ids == wanted


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--doctors", type=int, default=20)
    parser.add_argument("--times", type=int, default=25, help="free times of each doctor")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=8)
    return parser.parse_args()


if __name__ == "__main__":
    main()
