"""The app is told to end while people book: whoever was let in is served, and told by mail."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.faults.practice import Practice, register, running_practice
from tests.faults.reckoning import reckon, settled
from tests.support.browser_form import Visitor
from tests.support.racing import rounds
from tests.support.smtp import MailServer
from tests.support.waiting import eventually

pytestmark = pytest.mark.probe
PEOPLE = 8
TIMES = rounds(full=10, short=1)


@pytest.fixture
def practice(tmp_path: Path, mongodb_uri: str, mail: MailServer) -> Iterator[Practice]:
    days = 8 * TIMES
    with running_practice(tmp_path, mongodb_uri, mail, days=days, WEB_PROCESSES="2") as opened:
        yield opened


@pytest.fixture
def people(practice: Practice) -> Iterator[list[Visitor]]:
    """Patients each of whose requests comes over a connection of its own."""
    visitors = [Visitor(practice.server.url) for _ in range(PEOPLE)]
    for number, visitor in enumerate(visitors):
        visitor.http.headers["Connection"] = "close"
        register(visitor, f"patient{number}@example.org")
    yield visitors
    for visitor in visitors:
        visitor.close()


class Rush:
    """People who book one slot after the other until nobody lets them in any more."""

    def __init__(self, slots: Iterator[str]) -> None:
        self._slots = slots
        self._lock = threading.Lock()
        self.answers: Counter[str] = Counter()
        self.booked: list[str] = []

    def book_on(self, visitor: Visitor) -> None:
        """Book until refused at the door."""
        while True:
            with self._lock:
                slot = next(self._slots)
            try:
                form = {"reason": "", "idempotency_key": slot}
                outcome = str(visitor.post(f"/slots/{slot}/book", **form).status_code)
            except httpx.TransportError as error:
                outcome = type(error).__name__
            with self._lock:
                self.answers[outcome] += 1
                if outcome != "303":
                    return
                self.booked.append(slot)


def test_nobody_who_was_let_in_is_turned_away_and_no_message_is_lost(
    practice: Practice, people: list[Visitor]
) -> None:
    practice.mail.slow(0.2)
    answers: Counter[str] = Counter()
    booked: list[str] = []
    for _ in range(TIMES):
        rush = Rush(practice.slots)
        with ThreadPoolExecutor(PEOPLE) as threads:
            for visitor in people:
                threads.submit(rush.book_on, visitor)
            eventually(lambda r=rush: len(r.booked) >= 2 * PEOPLE, within=60)
            assert practice.server.stop() == 0
        answers += rush.answers
        booked += rush.booked
        practice.restart()
    practice.mail.accept()
    eventually(lambda: settled(practice.store), within=120)

    found = reckon(practice.store, practice.mail)
    stored = {str(one["slot_id"]) for one in practice.store.appointments.find({})}
    assert answers == {"303": len(booked), "ConnectError": TIMES * PEOPLE}
    assert stored == set(booked)
    assert (found.torn, found.unconfirmed, found.doubled) == (False, set(), {})
    print(
        f"{TIMES} times SIGTERM while {PEOPLE} people booked: {len(booked)} let in, {len(booked)} "
        "booked, 0 failed, 0 messages lost, 0 doubled, exit code 0"
    )
