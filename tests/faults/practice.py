"""A small practice of real processes: one doctor, one patient, some free times."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from pymongo import MongoClient
from pymongo.database import Database

from tests.faults.conftest import SECRET
from tests.hosting.processes import run_py
from tests.support.browser_form import Visitor
from tests.support.server import PASSWORD, Server
from tests.support.smtp import MailServer
from tests.support.waiting import eventually


@dataclass
class Practice:
    """The app in processes of its own, a patient at it, and what stands behind it."""

    server: Server
    store: Database[Any]
    mail: MailServer
    patient: Visitor
    slots: Iterator[str]
    order: Path

    def post_booking(self, slot: str) -> httpx.Response:
        """Book a slot; the same form again has the same key."""
        return self.patient.post(f"/slots/{slot}/book", reason="", idempotency_key=slot)

    def crash(self, step: str, slot: str) -> int | None:
        """Book a slot while the app dies at a step; return the answer's status, if one came."""
        self.order.write_text(step)
        status = None
        with suppress(httpx.TransportError):
            status = self.post_booking(slot).status_code
        process = self.server.process
        assert process is not None
        eventually(lambda: process.poll() is not None)
        assert not self.order.exists()
        return status

    def restart(self, **settings: str) -> float:
        """Start the app again, with other settings; return the moment before, in seconds."""
        if self.server.process is not None and self.server.process.poll() is None:
            self.server.kill()
        self.server.settings = {**self.server.settings, **settings}
        moment = time.monotonic()
        self.server.start()
        return moment


@contextmanager
def running_practice(
    folder: Path, mongodb_uri: str, mail: MailServer, *, days: int = 1, **settings: str
) -> Iterator[Practice]:
    """Open a practice on an empty database; its processes are killed in the end."""
    order = folder / "crash-order"
    settings = {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": f"practice_{time.monotonic_ns()}",
        "SECRET_KEY": SECRET,
        "DEMO": "0",
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(mail.port),
        "RETRY_FIRST": "PT1S",
        "RETRY_CAP": "PT5S",
        "CRASH_ORDER": str(order),
        "NOTIFIER": '{"unheard_pause": 1}',
        **settings,
    }
    server = Server(folder, settings, command=("-m", "tests.faults.crashing"))
    with MongoClient[Any](mongodb_uri, tz_aware=True) as client:
        store = client[settings["MONGODB_DATABASE"]]
        add_doctor(folder, settings)
        server.start()
        patient = Visitor(server.url)
        try:
            register(patient, "patient@example.org")
            slots = offer(server.url, store, days)
            yield Practice(server, store, mail, patient, iter(slots), order)
        finally:
            patient.close()
            if server.process is not None and server.process.poll() is None:
                server.kill()


def add_doctor(folder: Path, settings: dict[str, str]) -> None:
    """Let the operator add a doctor."""
    who = ("--role", "doctor", "--email", "doctor@example.org", "--name", "Dr. Ada Example")
    added = run_py(folder, "user", "add", *who, "--password-stdin", typed=PASSWORD, **settings)
    assert added.returncode == 0, added.stderr


def register(visitor: Visitor, email: str) -> Visitor:
    """Register a patient and open a page as them."""
    visitor.get("/register")
    answer = visitor.post("/register", name="Pat Example", email=email, password=PASSWORD)
    assert answer.status_code == 303, answer.text
    visitor.get("/")
    return visitor


def offer(url: str, store: Database[Any], days: int) -> list[str]:
    """Let the doctor offer ten half hours on each of some days; return the slots' ids by time."""
    first = datetime.now(UTC).date() + timedelta(days=14)
    doctor = Visitor(url).sign_in("doctor@example.org")
    doctor.get("/calendar")
    answer = doctor.post(
        "/slots/series",
        weekdays=[str(number) for number in range(7)],
        from_date=first.isoformat(),
        until_date=(first + timedelta(days=days - 1)).isoformat(),
        start="08:00",
        end="13:00",
        minutes="30",
        pause="0",
    )
    doctor.close()
    assert answer.status_code == 303, answer.text
    return [str(slot["_id"]) for slot in store.slots.find({"status": "open"}).sort("starts_at", 1)]
