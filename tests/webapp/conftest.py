"""The application as a browser sees it, on a real database."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from domain.documents import Role, Slot, User
from listeners.trace import Trace
from tests.conftest import Run
from tests.domain.conftest import House
from tests.webapp.browsing import Browser
from webapp import WebConfig, create_app

SignIn = Callable[[User], Browser]


@pytest.fixture
def mail_folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def app(run: Run, mail_folder: Path, compiled_templates: Path) -> Flask:
    """The application; pytest-flask makes `client` from it."""
    config = WebConfig(
        secret_key="tests",
        demo=True,
        mail_folder=mail_folder,
        compiled_templates=compiled_templates,
        testing=True,
    )
    return create_app(config, run, Trace())


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
