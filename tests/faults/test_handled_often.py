"""The same event is handled again and again, by two processes: nobody is told twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.practice import Practice, running_practice
from tests.faults.reckoning import reckon, settled
from tests.support.racing import rounds
from tests.support.smtp import MailServer
from tests.support.waiting import eventually

pytestmark = pytest.mark.probe
TIMES = rounds(full=100, short=20)


@pytest.fixture
def practice(tmp_path: Path, mongodb_uri: str, mail: MailServer) -> Iterator[Practice]:
    settings = {"WEB_PROCESSES": "2", "NOTIFIER": '{"sweep_every": 0.05, "sweep_grace": 0}'}
    with running_practice(tmp_path, mongodb_uri, mail, **settings) as opened:
        yield opened


def test_an_event_that_is_handled_often_is_told_once(practice: Practice) -> None:
    assert practice.post_booking(next(practice.slots)).status_code == 303
    eventually(lambda: settled(practice.store), within=60)
    deliveries = practice.store.deliveries.count_documents({})

    for _ in range(TIMES):
        changed = practice.store.events.update_many({}, {"$set": {"handled": False}})
        assert changed.modified_count
        eventually(lambda: settled(practice.store), within=60)

    found = reckon(practice.store, practice.mail)
    assert practice.store.deliveries.count_documents({}) == deliveries
    assert (found.bookings, found.confirmed, found.doubled) == (1, 1, {})
    print(f"handled {TIMES} times more by 2 processes: 1 message for each recipient")
