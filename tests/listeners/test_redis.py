"""With Redis, workers send what others pass on; Redis may be lost at any moment."""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from domain.events import Event, publish
from hosting.loop import LoopThread
from listeners.config import NotifierConfig
from listeners.documents import Delivery, DeliveryState
from listeners.worker import Worker
from tests.conftest import Run
from tests.listeners.conftest import Configure, Notify
from tests.listeners.facts import created, store
from tests.support.redis import RedisServer
from tests.support.smtp import MailServer
from tests.support.waiting import eventually

Tell = Callable[..., None]
QUEUE = NotifierConfig.redis_queue
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path).start()
    yield server
    server.kill()


@pytest.fixture
def tell(run: Run) -> Tell:
    """Store events and publish them on the event loop, as actions do after the commit."""

    async def commit(events: tuple[Event, ...]) -> None:
        await store(*events)
        for event in events:
            publish(event)

    return lambda *events: run(commit(events))


@pytest.fixture
def working(
    run: Run, loop: LoopThread, configured: Configure, redis: RedisServer
) -> Iterator[Callable[..., Worker]]:
    """Start workers that end with the test."""
    started: list[Worker] = []

    def start(**changes: str) -> Worker:
        started.append(Worker(configured(redis_url=redis.url, **changes), loop).start())
        return started[-1]

    yield start
    for worker in started:
        worker.stop(5.0)


def test_a_worker_sends_what_another_process_passes_on(
    notifying: Notify,
    working: Callable[[], Worker],
    redis: RedisServer,
    mail_server: MailServer,
    tell: Tell,
) -> None:
    notifier = notifying(redis_url=redis.url)
    working()
    events = [created() for _ in range(20)]

    tell(*events)
    notifier.join()

    told = Counter(mail.message["X-Event-Id"] for mail in mail_server.received)
    assert told == Counter(str(event.id) for event in events)


def test_without_a_worker_ids_wait_in_redis_and_nothing_else_does(
    notifying: Notify, redis: RedisServer, run: Run, tell: Tell
) -> None:
    notifying(redis_url=redis.url)

    tell(*[created() for _ in range(3)])

    with Redis.from_url(redis.url, decode_responses=True) as client:
        eventually(lambda: client.llen(f"bull:{QUEUE}:wait") == 3)
        waiting = {f"d-{one.id}" for one in run(Delivery.find_all().to_list())}
        assert set(client.lrange(f"bull:{QUEUE}:wait", 0, -1)) == waiting
    stored = redis.everything().lower()
    assert b"mira" not in stored
    assert b"example.org" not in stored


def test_installations_that_share_a_redis_take_nothing_from_each_other(
    notifying: Notify,
    working: Callable[..., Worker],
    redis: RedisServer,
    mail_server: MailServer,
    tell: Tell,
) -> None:
    notifier = notifying(redis_url=redis.url)
    tell(*[created() for _ in range(3)])
    with Redis.from_url(redis.url, decode_responses=True) as client:
        eventually(lambda: client.llen(f"bull:{QUEUE}:wait") == 3)

        working(redis_queue="another-deliveries")
        notifier.join()

        assert len(mail_server.received) == 3
        assert client.llen(f"bull:{QUEUE}:wait") == 3


def test_the_same_id_passed_on_often_is_one_message(
    notifying: Notify,
    working: Callable[[], Worker],
    redis: RedisServer,
    mail_server: MailServer,
    tell: Tell,
) -> None:
    notifiers = [notifying(redis_url=redis.url) for _ in range(3)]
    working()
    tell(*[created() for _ in range(10)])
    for notifier in notifiers:
        notifier.join()

    assert set(Counter(mail.message_id for mail in mail_server.received).values()) == {1}
    assert len(mail_server.received) == 10


def test_while_redis_is_away_messages_wait_and_then_all_arrive_once(
    notifying: Notify,
    working: Callable[[], Worker],
    redis: RedisServer,
    mail_server: MailServer,
    tell: Tell,
    run: Run,
) -> None:
    notifier = notifying(redis_url=redis.url)
    working()
    events = [created() for _ in range(60)]

    tell(*events[:20])
    redis.kill()
    tell(*events[20:40])
    eventually(lambda: run(Delivery.count()) >= 40)
    redis.start()
    tell(*events[40:50])
    redis.empty()
    tell(*events[50:])
    notifier.join(90.0)

    told = Counter(mail.message["X-Event-Id"] for mail in mail_server.received)
    assert set(told) == {str(event.id) for event in events}
    assert set(told.values()) == {1}
    assert run(Delivery.find({"state": DeliveryState.SENT}).count()) == 60


def test_a_worker_that_starts_while_redis_is_away_says_so_and_works_later(
    notifying: Notify,
    working: Callable[[], Worker],
    redis: RedisServer,
    mail_server: MailServer,
    tell: Tell,
    caplog: pytest.LogCaptureFixture,
) -> None:
    notifier = notifying(redis_url=redis.url)
    redis.kill()
    working()
    eventually(lambda: "queue in Redis" in caplog.text)

    redis.start()
    tell(created())
    notifier.join(60.0)

    assert len(mail_server.received) == 1


def test_a_worker_that_redis_does_not_let_in_works_once_it_does(
    notifying: Notify,
    working: Callable[[], Worker],
    redis: RedisServer,
    mail_server: MailServer,
    tell: Tell,
    caplog: pytest.LogCaptureFixture,
) -> None:
    notifier = notifying(redis_url=redis.url)
    with Redis.from_url(redis.url) as client:
        client.execute_command("ACL", "SETUSER", "default", "-client|setname")
        working()
        eventually(lambda: "queue in Redis" in caplog.text)

        client.execute_command("ACL", "SETUSER", "default", "+client|setname")
    tell(created())
    notifier.join(60.0)

    assert len(mail_server.received) == 1


def test_a_worker_that_ends_with_a_backlog_leaves_nothing_locked_in_redis(
    notifying: Notify,
    configured: Configure,
    loop: LoopThread,
    redis: RedisServer,
    mail_server: MailServer,
    tell: Tell,
) -> None:
    notifying(redis_url=redis.url)
    mail_server.slow(0.2)
    with Redis.from_url(redis.url) as client:
        tell(*[created() for _ in range(60)])
        eventually(lambda: client.llen(f"bull:{QUEUE}:wait") == 60)
        worker = Worker(configured(redis_url=redis.url, workers=1, line=10), loop).start()
        eventually(lambda: mail_server.received)

        worker.stop()

        assert client.llen(f"bull:{QUEUE}:active") == 0
        assert client.llen(f"bull:{QUEUE}:wait") >= 40


@pytest.mark.probe
def test_worker_processes_end_in_order_and_are_replaced(
    notifying: Notify,
    redis: RedisServer,
    mail_server: MailServer,
    tell: Tell,
    mongodb_uri: str,
    tmp_path: Path,
) -> None:
    notifier = notifying(redis_url=redis.url)
    settings = {
        "PATH": "/usr/bin:/bin",
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": "tests",
        "SECRET_KEY": "only for tests",
        "REDIS_URL": redis.url,
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(mail_server.port),
    }
    command = [sys.executable, str(REPOSITORY / "run.py"), "worker"]
    events = [created() for _ in range(60)]

    workers = [subprocess.Popen(command, cwd=tmp_path, env=settings) for _ in range(2)]
    try:
        tell(*events[:30])
        eventually(lambda: len(mail_server.received) >= 10, within=60)
        workers[0].send_signal(signal.SIGTERM)
        tell(*events[30:])
        assert workers[0].wait(30) == 0
        notifier.join(90.0)
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait(30)

    told = Counter(mail.message["X-Event-Id"] for mail in mail_server.received)
    assert told == Counter(str(event.id) for event in events)
    print("60 messages by 2 worker processes, one ended meanwhile: each sent once")
