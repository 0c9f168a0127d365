"""The app in real processes, on a database and a mail server that a test can look into."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from tests.support.browser_form import Visitor
from tests.support.server import Server
from tests.support.smtp import MailServer

SECRET = "only for tests, where nobody signs anything that counts"
Open = Callable[[], Visitor]


@pytest.fixture(scope="module")
def mail_server() -> Iterator[MailServer]:
    """A mail server that accepts everything until told otherwise."""
    server = MailServer().start()
    yield server
    server.close()


@pytest.fixture
def mail(mail_server: MailServer) -> Iterator[MailServer]:
    """The mail server of the module, which accepts everything again after the test."""
    yield mail_server
    mail_server.accept()


@pytest.fixture(scope="module")
def store(mongodb_uri: str) -> Iterator[Database[Any]]:
    """A database of this module's own, seen from outside the app."""
    with MongoClient[Any](mongodb_uri, tz_aware=True) as client:
        yield client[f"faults_{time.monotonic_ns()}"]


@pytest.fixture(scope="module")
def clinic_server(
    tmp_path_factory: pytest.TempPathFactory,
    mongodb_uri: str,
    store: Database[Any],
    mail_server: MailServer,
) -> Iterator[Server]:
    """The demo clinic on that database and mail server, with two processes."""
    settings = {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": store.name,
        "SECRET_KEY": SECRET,
        "DEMO": "1",
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(mail_server.port),
        "RETRY_FIRST": "PT1S",
        "RETRY_CAP": "PT5S",
        "WEB_PROCESSES": "2",
    }
    folder = tmp_path_factory.mktemp("app")
    # Long enough for a test to make the mail server well before anything is sent a second time.
    settings |= {"NOTIFIER": '{"unheard_pause": 10}', "CRASH_ORDER": str(folder / "crash-order")}
    server = Server(folder, settings, command=("-m", "tests.faults.crashing")).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def visitor(clinic_server: Server) -> Iterator[Open]:
    """Open browsers without JavaScript at the clinic."""
    opened: list[Visitor] = []

    def open_one() -> Visitor:
        opened.append(Visitor(clinic_server.url))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()
