"""A mail server per test, and notifiers that are stopped after it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hosting.loop import LoopThread
from listeners.config import NotifierConfig
from listeners.documents import Delivery
from listeners.fanout import fan_out
from tests.conftest import Run
from tests.listeners.facts import created, store
from tests.support.notifying import AwaitedNotifier
from tests.support.smtp import MailServer

QUICK = {
    "mail_timeout": 5.0,
    "respite": 0.1,
    "retry_first": 0.02,
    "retry_cap": 0.2,
    "unheard_pause": 0.02,
    "order_pause": 0.02,
    "sweep_every": 0.05,
    "sweep_grace": 0.0,
}
Configure = Callable[..., NotifierConfig]
Notify = Callable[..., AwaitedNotifier]


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer().start()
    yield server
    server.close()


@pytest.fixture
def configured(mail_server: MailServer, tmp_path: Path) -> Configure:
    """Return a configuration for the test's mail server, with impatient timings."""

    def make(**changes: Any) -> NotifierConfig:
        values: dict[str, Any] = {
            "mail_server": "127.0.0.1",
            "mail_port": mail_server.port,
            "mail_from": "Bookwell Clinic <clinic@example.org>",
            "mail_folder": tmp_path / "mail",
            "public_url": "https://book.example.org",
            "workers": 2,
            **QUICK,
            **changes,
        }
        return NotifierConfig(**values)

    return make


@pytest.fixture
def notifying(run: Callable[..., Any], loop: LoopThread, configured: Configure) -> Iterator[Notify]:
    """Start notifiers that end with the test; the database is empty at its start."""
    started: list[AwaitedNotifier] = []

    def start(**changes: Any) -> AwaitedNotifier:
        notifier = AwaitedNotifier(configured(**changes), loop).start()
        started.append(notifier)
        return notifier

    yield start
    for notifier in started:
        notifier.stop(5.0)


@pytest.fixture
def delivery(run: Run) -> Delivery:
    """A delivery that waits to be sent for the first time."""
    event = created()
    run(store(event))
    (delivery_id,) = run(fan_out([event]))
    (waiting,) = run(Delivery.find({"_id": delivery_id}).to_list())
    assert isinstance(waiting, Delivery)
    return waiting
