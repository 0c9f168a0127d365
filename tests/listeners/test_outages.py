"""Whatever is killed, each message arrives."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from tests.support.database import Database
from tests.support.smtp import MailServer
from tests.support.waiting import eventually


class NotifierProcess:
    """A notifier in a process of its own; its log is a file."""

    def __init__(
        self, database: Database, mail_server: MailServer, folder: Path, lease: float = 2.0
    ) -> None:
        self._log = folder / "notifier.log"
        arguments = [database.uri, str(mail_server.port), str(folder / "mail"), str(lease)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.listeners.process", *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    @property
    def log(self) -> str:
        return self._log.read_text()

    def tell(self) -> str:
        """Make it store and publish a booking; return the event's id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("one more\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate(timeout=30)

    def end(self) -> None:
        """Let it stop by itself."""
        if self._process.poll() is None:
            self._process.communicate(timeout=30)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    server = Database(tmp_path)
    yield server
    server.kill()


@pytest.fixture
def process(
    database: Database, mail_server: MailServer, tmp_path: Path
) -> Iterator[NotifierProcess]:
    started = NotifierProcess(database, mail_server, tmp_path)
    yield started
    started.end()


def told(mail_server: MailServer) -> list[str]:
    return [str(mail.message["X-Event-Id"]) for mail in mail_server.received]


def test_the_threads_outlive_the_database_and_recover_unaided(
    process: NotifierProcess, database: Database, mail_server: MailServer
) -> None:
    before = [process.tell()]
    eventually(lambda: told(mail_server) == before)
    mail_server.stop()
    waiting = [process.tell() for _ in range(5)]

    database.kill()
    eventually(lambda: "sweep broken off" in process.log)
    database.start()
    mail_server.start()
    eventually(lambda: set(told(mail_server)) == {*before, *waiting})

    after = process.tell()
    eventually(lambda: after in told(mail_server))
    assert "mira" not in process.log.lower()


def test_an_acceptance_is_noted_even_if_the_database_was_away_meanwhile(
    database: Database, mail_server: MailServer, tmp_path: Path
) -> None:
    process = NotifierProcess(database, mail_server, tmp_path, lease=60.0)
    mail_server.hang()
    process.tell()
    eventually(lambda: mail_server.attempts == 1)

    database.kill()
    mail_server.accept()
    eventually(lambda: "not noted" in process.log)
    database.start()

    with MongoClient[dict[str, Any]](database.uri) as client:
        deliveries = client["process"]["deliveries"]
        eventually(lambda: deliveries.count_documents({"state": "sent", "fence": 1}) == 1)
    process.end()
    assert len(mail_server.received) == 1


def test_a_message_of_a_killed_process_is_sent_by_the_next_under_the_same_id(
    database: Database, mail_server: MailServer, tmp_path: Path
) -> None:
    mail_server.hang()
    killed = NotifierProcess(database, mail_server, tmp_path)
    events = {killed.tell() for _ in range(3)}
    eventually(lambda: mail_server.attempts >= 3)

    killed.kill()
    mail_server.cut_connections()
    mail_server.accept()
    following = NotifierProcess(database, mail_server, tmp_path)

    eventually(lambda: set(told(mail_server)) == events)
    following.end()
    assert len({mail.message_id for mail in mail_server.received}) == 3
