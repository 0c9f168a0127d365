"""The app in real processes, on a database and a mail server that a test can look into."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from tests.support.browser_form import Visitor
from tests.support.server import Server, running_app
from tests.support.smtp import MailServer

_SECRET = "only for tests, where nobody signs anything that counts"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A mail server that accepts everything until told otherwise."""
    server = MailServer().start()
    yield server
    server.close()


@pytest.fixture
def store(mongodb_uri: str, request: pytest.FixtureRequest) -> Iterator[Database[Any]]:
    """An empty database of this test's own, seen from outside the app."""
    with MongoClient[Any](mongodb_uri, tz_aware=True) as client:
        name = f"faults_{abs(hash(request.node.nodeid)) % 10**8}"
        client.drop_database(name)
        yield client[name]
        client.drop_database(name)


@pytest.fixture
def clinic_server(
    tmp_path_factory: pytest.TempPathFactory,
    mongodb_uri: str,
    store: Database[Any],
    mail: MailServer,
) -> Iterator[Server]:
    """The demo clinic on that database and mail server."""
    settings = {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": store.name,
        "SECRET_KEY": _SECRET,
        "DEMO": "1",
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(mail.port),
        "WEB_PROCESSES": "2",
    }
    with running_app(tmp_path_factory.mktemp("app"), **settings) as server:
        yield server


@pytest.fixture
def visitor(clinic_server: Server) -> Iterator[Callable[[], Visitor]]:
    """Open browsers without JavaScript at the clinic."""
    opened: list[Visitor] = []

    def open_one() -> Visitor:
        opened.append(Visitor(clinic_server.url))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()
