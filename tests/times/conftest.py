"""A practice somewhere in the world: its pages, and the e-mails that it sends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from domain import clinic
from domain.actions.booking import book
from domain.documents import Appointment, Role, Slot, User
from hosting.loop import LoopThread
from listeners.config import NotifierConfig
from listeners.trace import Trace
from tests.conftest import Run
from tests.domain.conftest import House
from tests.support.notifying import AwaitedNotifier
from tests.times.letters import Letter, letters_in
from tests.webapp.browsing import Browser
from webapp import WebConfig, create_app

# All days of interest lie within the fifteen months after it.
BEFORE_IT_ALL = datetime(2026, 8, 1, 10, tzinfo=UTC)


@dataclass
class Practice:
    """One doctor, one patient and the desk; every message becomes a file at once."""

    app: Flask
    run: Run
    loop: LoopThread
    folder: Path
    house: House = field(init=False)
    doctor: User = field(init=False)
    patient: User = field(init=False)
    desk: User = field(init=False)

    def __post_init__(self) -> None:
        self.house = House(self.run)
        self.doctor = self.house.person(Role.DOCTOR, "Dr. Ada Weiss")
        self.patient = self.house.person(name="Grace Hopper")
        self.desk = self.house.person(Role.RECEPTIONIST)

    def browser(self, person: User, reader_zone: str = "") -> Browser:
        """Return a browser in which somebody is signed in, and which knows where it is."""
        browser = Browser(self.app).as_person(person, self.run)
        if reader_zone:
            browser.client.set_cookie("timezone", reader_zone)
        return browser

    def offer_whole_day(self, day: date) -> str:
        """Offer all half hours of a day on the calendar page; return what the page says."""
        form = {
            "weekdays": [str(number) for number in range(7)],
            "from_date": day.isoformat(),
            "until_date": day.isoformat(),
            "start": "00:00",
            "end": "00:00",
            "minutes": "30",
            "pause": "0",
        }
        browser = self.browser(self.doctor)
        answer = browser.post("/slots/series", form, follow_redirects=True)
        assert answer.status_code == 200
        return answer.text

    def book(self, *slots: Slot) -> list[Appointment]:
        """Book slots for the patient."""
        return [self.run(book(slot.id, self.patient, actor=self.desk)) for slot in slots]

    def slots(self) -> list[Slot]:
        """Return all slots, by their moments."""
        return list(self.run(Slot.find_all().sort("+starts_at").to_list()))

    def letters(self, kind: str = "appointment.created") -> list[Letter]:
        """Send what waits to be sent; return all messages of a kind."""
        config = NotifierConfig(
            mail_from="Bookwell Clinic <clinic@example.org>",
            mail_folder=self.folder,
            public_url="https://book.example.org",
        )
        notifier = AwaitedNotifier(config, self.loop).start()
        try:
            notifier.join(60)
        finally:
            notifier.stop()
        return [letter for letter in letters_in(self.folder) if letter.kind == kind]


Located = Callable[..., Practice]


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Undo what pytest-flask does: its context would let all requests of a test share `g`."""


@pytest.fixture
def app(run: Run, tmp_path: Path, compiled_templates: Path) -> Flask:
    config = WebConfig(
        secret_key="tests",
        mail_folder=tmp_path,
        compiled_templates=compiled_templates,
        testing=True,
    )
    return create_app(config, run, Trace())


@pytest.fixture
def practice_in(app: Flask, run: Run, loop: LoopThread, tmp_path: Path) -> Iterator[Located]:
    """Open a practice in a zone, on a day before all days of interest."""

    def opened(zone: str, locale: str = "en") -> Practice:
        horizon = timedelta(days=500)
        clinic.configure(clinic.Clinic(timezone=zone, locale=locale, booking_horizon=horizon))
        return Practice(app, run, loop, tmp_path / "mail")

    with long_before():
        yield opened


@contextmanager
def long_before() -> Iterator[None]:
    """Let it be a day before all days of interest."""
    with time_machine.travel(BEFORE_IT_ALL, tick=True):
        yield
