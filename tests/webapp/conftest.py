"""The application as a browser sees it, on a real database."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from domain.documents import Role, Slot, User
from hosting.loop import LoopThread
from listeners.trace import Trace
from tests.conftest import Run
from tests.domain.conftest import House
from tests.webapp.browsing import Browser
from webapp import WebConfig, create_app, trace

SignIn = Callable[[User], Browser]
Build = Callable[[], Flask]


@pytest.fixture(scope="session")
def build(
    loop: LoopThread, tmp_path_factory: pytest.TempPathFactory, compiled_templates: Path
) -> Build:
    """Build an application, for tests that change it or look at what it keeps."""
    config = WebConfig(
        secret_key="tests",
        demo=True,
        mail_folder=tmp_path_factory.mktemp("mail"),
        compiled_templates=compiled_templates,
        testing=True,
    )
    return lambda: create_app(replace(config), loop.run, Trace())


@pytest.fixture(scope="session")
def built(build: Build) -> Flask:
    """The application of all other tests: to build it takes longer than most of them do."""
    return build()


@pytest.fixture
def app(built: Flask, run: Run) -> Flask:
    """The application on an empty database; pytest-flask makes `client` from it."""
    # The one before remembers for some seconds how the mail server does.
    trace.init_app(built, Trace())
    return built


@pytest.fixture
def mail_folder(app: Flask) -> Iterator[Path]:
    """Where the application looks for e-mails; there are none, before the test and after it."""
    folder: Path = app.extensions["bookwell"].mail_folder
    yield folder
    for letter in folder.iterdir():
        letter.unlink()


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Undo what pytest-flask does: its context would let all requests of a test share `g`."""


@pytest.fixture
def house(run: Run) -> House:
    """An empty clinic."""
    return House(run)


@pytest.fixture
def doctor(house: House) -> User:
    return house.person(Role.DOCTOR, "Dr. Ada Weiss")


@pytest.fixture
def patient(house: House) -> User:
    return house.person()


@pytest.fixture
def slot(house: House, doctor: User) -> Slot:
    return house.slot(doctor)


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A browser in which nobody is signed in."""
    return Browser(app)


@pytest.fixture
def signed_in(app: Flask, run: Run) -> SignIn:
    """Return a browser in which a person is signed in."""

    def sign_in(person: User) -> Browser:
        return Browser(app).as_person(person, run)

    return sign_in


@pytest.fixture
def desk(signed_in: SignIn, house: House) -> Browser:
    """A browser in which a receptionist is signed in."""
    return signed_in(house.person(Role.RECEPTIONIST))
