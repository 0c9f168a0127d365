"""How many commands each page and action sends to the database: one more and this fails."""

import re
from collections.abc import Callable
from datetime import time
from typing import Any

import pytest

from domain.actions.booking import book
from domain.documents import Appointment, Role, Slot
from domain.queries.desk_doctors import desk_doctors
from domain.queries.doctors import known_doctor, known_doctors
from domain.queries.remembering import forget
from listeners.resting import are_few
from tests.domain.commands import recorded_commands
from tests.domain.conftest import House, in_days
from tests.support.people import member
from tests.webapp.browsing import HTMX, Browser, message
from tests.webapp.conftest import SignIn

TRANSACTION = 1  # its commit; a session and its start cost nothing
PASSWORD = {"email": "ada@example.org", "password": "correct horse"}


class Clinic:
    """A clinic, and somebody of each role signed in to it."""

    def __init__(self, house: House, signed_in: SignIn, stranger: Browser) -> None:
        self.house, self.stranger = house, stranger
        self.doctor, self.patient = house.person(Role.DOCTOR), house.person()
        self.slots = [house.slot(self.doctor, start=time(hour)) for hour in range(8, 18)]
        self.booked: list[Appointment] = [
            house.run(book(slot.id, self.patient)) for slot in self.slots[:4]
        ]
        self.free: list[Slot] = self.slots[4:]
        house.run(member(**PASSWORD, name="Ada Lovelace"))
        self.as_patient = signed_in(self.patient)
        self.as_doctor = signed_in(self.doctor)
        self.as_desk = signed_in(house.person(Role.RECEPTIONIST))
        self.as_admin = signed_in(house.person(Role.ADMIN))
        for browser in (self.as_patient, self.as_doctor, self.as_desk, self.as_admin):
            browser.fixed = browser.token()  # type: ignore[attr-defined]
            browser.token = lambda one=browser: one.fixed  # type: ignore[method-assign]

    def week(self) -> str:
        return f"/doctors/{self.doctor.id}?date={in_days(7)}"

    def remember(self) -> None:
        """Ask for what is remembered for some seconds."""
        self.house.run(known_doctors())
        self.house.run(desk_doctors())
        self.house.run(known_doctor(self.doctor.id))
        self.house.run(are_few())


Asked = Callable[[Clinic], Any]
# The first command of a signed-in request finds person and session, the last before a commit adds
# to the audit trail.
MOST: dict[str, tuple[int, Asked]] = {
    "a week, by a stranger": (1, lambda c: c.stranger.get(c.week())),
    "a week": (2, lambda c: c.as_patient.get(c.week())),
    "a time": (2, lambda c: c.as_patient.get(f"/slots/{c.free[0].id}")),
    "find a doctor": (3, lambda c: c.as_patient.get("/")),
    "mine": (2, lambda c: c.as_patient.get("/appointments")),
    "one of mine": (4, lambda c: c.as_patient.get(f"/appointments/{c.booked[0].id}")),
    "choose another time": (4, lambda c: c.as_patient.get(f"/appointments/{c.booked[0].id}/move")),
    "account": (1, lambda c: c.as_patient.get("/account")),
    "the calendar": (3, lambda c: c.as_doctor.get(f"/calendar?date={in_days(7)}")),
    "the list": (5, lambda c: c.as_desk.get(f"/desk?date={in_days(7)}")),
    "the list of an empty day that is over": (
        2,
        lambda c: c.as_desk.get(f"/desk?date={in_days(-7)}"),
    ),
    "sign-in form": (0, lambda c: c.stranger.get("/login")),
    "alive": (0, lambda c: c.stranger.get("/healthz")),
    # the account; what was tried there and from where, before and after the hash; the session
    "sign in": (1 + 1 + 1 + 1, lambda c: c.stranger.post("/login", PASSWORD)),
    # claim, appointment, event
    "book": (
        6 + TRANSACTION,
        lambda c: c.as_patient.post(f"/slots/{c.free[0].id}/book", headers=HTMX),
    ),
    # both slots, appointment, event
    "move": (
        8 + TRANSACTION,
        lambda c: c.as_patient.post(
            f"/appointments/{c.booked[0].id}/move", {"slot_id": str(c.free[1].id)}
        ),
    ),
    "cancel": (
        6 + TRANSACTION,
        lambda c: c.as_patient.post(f"/appointments/{c.booked[0].id}/cancel"),
    ),
    # what the page of a cancelled one shows comes on top: history and messages
    "cancel, and look at it": (
        8 + TRANSACTION,
        lambda c: c.as_patient.post(f"/appointments/{c.booked[0].id}/cancel", headers=HTMX),
    ),
    "mark": (
        6 + TRANSACTION,
        lambda c: c.as_desk.post(f"/appointments/{c.booked[0].id}/status", {"status": "arrived"}),
    ),
    # the line by its reference, the appointment, the event; messages, statuses and free times
    "note it on the list": (
        9 + TRANSACTION,
        lambda c: c.as_desk.post("/desk/mark", {"arrived": c.booked[0].reference}, headers=HTMX),
    ),
    "offer": (
        4 + TRANSACTION,
        lambda c: c.as_doctor.post(
            "/slots", {"date": str(in_days(9)), "start": "09:00", "minutes": "30"}
        ),
    ),
    "withdraw": (
        5 + TRANSACTION,
        lambda c: c.as_doctor.post(f"/slots/{c.free[2].id}/withdraw", {"notify": "1"}),
    ),
}


@pytest.fixture
def clinic(house: House, signed_in: SignIn, browser: Browser) -> Clinic:
    found = Clinic(house, signed_in, browser)
    found.as_desk.get("/desk")  # whether the mail server is well is asked now and then
    return found


@pytest.mark.parametrize(("most", "asked"), MOST.values(), ids=list(MOST))
def test_no_more_commands_than_these(clinic: Clinic, most: int, asked: Asked) -> None:
    clinic.remember()
    with recorded_commands() as sent:
        answer = asked(clinic)
    assert answer.status_code in (200, 303), message(answer)
    assert len(sent) <= most, [f"{name} {command.get(name)}" for name, command in sent]


def test_a_page_of_fifty_costs_what_a_page_of_one_costs(clinic: Clinic) -> None:
    def commands() -> int:
        forget()
        clinic.remember()
        with recorded_commands() as sent:
            shown = clinic.as_desk.get(f"/desk?date={in_days(7)}").text
        counts.append(len(re.findall(r"<tr data-appointment-id=", shown)))
        return len(sent)

    counts: list[int] = []
    commands()
    few = commands()
    for slot in clinic.free:
        clinic.house.run(book(slot.id, clinic.house.person()))
    assert commands() <= few + 1  # whether the mail server is well is asked now and then
    assert counts == [4, 4, 10]
