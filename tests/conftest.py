"""Fixtures that every kind of test shares: a real database, and the loop that talks to it."""

from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import time_machine
from hypothesis import settings
from pymongo import DeleteMany

from domain import clinic, database, security
from domain.documents import DOCUMENTS
from domain.queries.remembering import forget
from hosting.figures import Totals
from hosting.loop import LoopThread
from listeners import DOCUMENTS as LISTENER_DOCUMENTS
from tests.domain.commands import listen
from tests.support.database import running_secantus
from tests.support.demo import MoveIn, copied, demo_data

Run = Callable[[Coroutine[Any, Any, Any]], Any]
ALL_DOCUMENTS = (*DOCUMENTS, *LISTENER_DOCUMENTS, Totals)

# How long an example takes says more about the machine, and what else it does, than about us.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

listen()

_LONG = frozenset({"faults", "hosting", "journeys"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take long first, lest one process works on the last while others rest.

    By name: so those that wait, of faults, are among those that keep a browser busy.
    """
    items.sort(key=lambda item: (item.path.parent.name not in _LONG, item.path.name))


@pytest.fixture(scope="session")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the database server of this test process, which no test kills."""
    with running_secantus(tmp_path_factory.mktemp("secantus"), outlives_kills=False) as uri:
        yield uri


@pytest.fixture(scope="session")
def move_in(tmp_path_factory: pytest.TempPathFactory) -> MoveIn:
    """Put the demo clinic's data into a folder before an app is started there."""
    return partial(copied, demo_data(tmp_path_factory))


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all apps of this test process keep their compiled templates."""
    return tmp_path_factory.mktemp("templates")


@pytest.fixture(scope="session")
def loop(mongodb_uri: str) -> Iterator[LoopThread]:
    """The event loop, connected to the database of this test process."""
    thread = LoopThread().start()
    thread.run(database.connect(mongodb_uri, "tests", ALL_DOCUMENTS))
    yield thread
    database.close()
    thread.stop()


@pytest.fixture
def november() -> Iterator[None]:
    """Let it be November 2026: for days that a test names by date, and that have to lie ahead."""
    with time_machine.travel(datetime(2026, 11, 25, 10, tzinfo=UTC)):
        yield


@pytest.fixture
def run(loop: LoopThread) -> Iterator[Run]:
    """Run a coroutine against an empty database and return its result."""
    empty()
    forget()
    clinic.configure(clinic.Clinic())
    security.configure(security.Security())
    yield loop.run
    clinic.configure(clinic.Clinic())
    security.configure(security.Security())


def empty() -> None:
    """Delete everything, at one go: to ask for each collection takes longer than to delete."""
    collections = [database.collection_of(document) for document in ALL_DOCUMENTS]
    client = collections[0].database.client
    client.bulk_write([DeleteMany({}, namespace=one.full_name) for one in collections])
