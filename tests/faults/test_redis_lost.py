"""Redis is killed and emptied while workers send by way of it: it only ever held copies of ids."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from tests.faults.practice import Practice, running_practice
from tests.faults.reckoning import reckon, settled
from tests.support.racing import rounds
from tests.support.redis import RedisServer
from tests.support.server import REPOSITORY
from tests.support.smtp import MailServer
from tests.support.waiting import eventually

pytestmark = pytest.mark.probe
TIMES = rounds(full=5, short=1)
AT_ONCE = 6


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path).start()
    yield server
    server.kill()


@pytest.fixture
def practice(
    tmp_path: Path, mongodb_uri: str, mail: MailServer, redis: RedisServer
) -> Iterator[Practice]:
    """A practice whose web process sends nothing itself: two workers do."""
    days = -(-5 * AT_ONCE * TIMES // 10)
    with running_practice(tmp_path, mongodb_uri, mail, days=days, REDIS_URL=redis.url) as opened:
        workers = [start_worker(tmp_path / f"worker{n}", opened) for n in range(2)]
        yield opened
        for worker in workers:
            worker.terminate()
            assert worker.wait(30) == 0


def start_worker(folder: Path, practice: Practice) -> "subprocess.Popen[bytes]":
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"DATA_DIR": str(folder), **practice.server.settings}
    command = [sys.executable, "run.py", "worker"]
    with folder.with_suffix(".log").open("wb") as log:
        return subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=log, stderr=log)


def test_redis_is_killed_and_emptied_and_no_message_is_lost(
    practice: Practice, redis: RedisServer
) -> None:
    slots: list[str] = []

    def book_some() -> None:
        some = [next(practice.slots) for _ in range(AT_ONCE)]
        assert [practice.post_booking(slot).status_code for slot in some] == [303] * AT_ONCE
        slots.extend(some)

    for _ in range(TIMES):
        book_some()
        eventually(lambda: reckon(practice.store, practice.mail).confirmed == len(slots), within=60)
        book_some()
        redis.kill()
        book_some()
        redis.lose_everything()
        redis.start()
        book_some()
        redis.empty()
        book_some()
    eventually(lambda: settled(practice.store), within=120)

    with Redis.from_url(redis.url, decode_responses=True) as client:
        queues = {key.split(":")[1] for key in client.scan_iter()}
    assert queues == {f"{practice.store.name}-deliveries"}
    found = reckon(practice.store, practice.mail)
    assert found.bookings == found.confirmed == len(slots)
    assert (found.torn, found.unconfirmed, found.retold, found.doubled) == (False, set(), set(), {})
    print(
        f"{TIMES} times Redis killed, its disk lost, then emptied once more, with 2 workers: "
        f"{len(slots)} bookings, {found.confirmed} confirmed, 0 lost, 0 doubled"
    )
