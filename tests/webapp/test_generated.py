"""Forms filled in by a machine that means harm: never an error of ours, never a wrong write."""

import operator
import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import time
from functools import partial
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from domain import links, security
from domain.actions.accounts import add_person
from domain.actions.booking import book
from domain.actions.recovery import ask_for_reset
from domain.actions.registering import register
from domain.documents import Appointment, EventRecord, Role, Slot, User
from domain.events import (
    EmailConfirmationRequested,
    Event,
    PasswordResetRequested,
    event_published,
)
from domain.security import Security
from tests.conftest import Run
from tests.domain.commands import recorded_commands
from tests.domain.conftest import House, in_days
from tests.support.racing import rounds
from tests.webapp.browsing import Browser, hidden
from tests.webapp.conftest import SignIn
from tests.webapp.test_manage import link_of
from tests.webapp.test_second_factor import ADDRESS, PASSWORD, added, half_in

TYPED = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            '{"$ne": null}',
            "\x00",
            "\u202egnp.exe",
            "😀" * 200,
            "x" * 5000,
            "=HYPERLINK(1)",
            "<script>",
            "a\r\nBcc: b@example.org",
            "0" * 24,
            "2026-02-30",
            "25:61",
            "-1",
            "1e309",
            "",
        ]
    ),
)
FORMS = {
    "/login": ("email", "password", "next"),
    "/register": ("email", "password", "name", "phone", "next"),
    "/account/particulars": ("name", "phone"),
    "/account/password": ("current_password", "password"),
    "/account/second-factor": ("offered", "code", "current_password"),
    "/account/second-factor/remove": ("current_password",),
    "/reset/{reset}": ("password",),
    "/slots/{slot}/book": ("reason", "idempotency_key"),
    "/appointments/{appointment}/cancel": ("reason", "back"),
    "/appointments/{appointment}/move": ("slot_id",),
    "/appointments/{appointment}/status": ("status", "back"),
    "/slots": ("date", "start", "minutes"),
    "/slots/series": (
        "weekdays",
        "from_date",
        "until_date",
        "start",
        "end",
        "minutes",
        "pause",
    ),
    "/slots/{slot}/withdraw": ("notify", "reason"),
    "/desk/cancel": ("appointment_id", "reason"),
    "/desk/book": ("slot_id", "patient_id", "name", "email", "phone", "reason"),
    "/desk/book/patient": ("slot_id", "q", "name", "email"),
    "/appointments/{appointment}/restore": ("back",),
    "/account": ("language", "timezone"),
    "/account/erase": ("password",),
    "/language": ("language", "next"),
    "/people/add": ("name", "email", "role", "specialty"),
    "/people/{doctor}": ("name", "role", "specialty"),
    "/audit": ("email", "side"),
    "/login/code": ("code",),
    "/forgot": ("email",),
    "/account/confirmation": (),
    "/confirm/{confirm}": ("password",),
    "/patients": ("q",),
    "/patients/{patient}/erase": ("password",),
    "/manage/{manage}": ("action", "slot_id", "reason"),
    "/slots/series/preview": (
        "weekdays",
        "from_date",
        "until_date",
        "start",
        "end",
        "minutes",
        "pause",
    ),
    "/desk/mark": ("arrived", "missed", "date", "until", "doctor", "q"),
    "/desk/restore": ("appointment_id",),
    "/notifications/resend": ("email",),
    "/desk/away": ("doctor", "date", "until", "appointment_id", "reason"),
    "/desk/away/undo": ("closing_id", "date"),
}
WRITING = {"insert", "update", "delete", "findAndModify"}
ANSWERS = {200, 303, 404, 409, 422}
TRIES = 10**9  # nobody is made to wait, so that all that is sent is looked at
WHO = {
    "/login": None,
    "/register": None,
    "/reset/{reset}": None,
    "/slots": Role.DOCTOR,
    "/slots/series": Role.DOCTOR,
    "/slots/{slot}/withdraw": Role.DOCTOR,
    "/appointments/{appointment}/status": Role.DOCTOR,
    "/desk/cancel": Role.RECEPTIONIST,
    "/desk/book": Role.RECEPTIONIST,
    "/desk/book/patient": Role.RECEPTIONIST,
    "/people/add": Role.ADMIN,
    "/people/{doctor}": Role.ADMIN,
    "/audit": Role.ADMIN,
    "/login/code": None,
    "/forgot": None,
    "/confirm/{confirm}": None,
    "/patients": Role.ADMIN,
    "/patients/{patient}/erase": Role.ADMIN,
    "/manage/{manage}": None,
    "/slots/series/preview": Role.DOCTOR,
    "/desk/mark": Role.RECEPTIONIST,
    "/desk/restore": Role.RECEPTIONIST,
    "/notifications/resend": Role.RECEPTIONIST,
    "/desk/away": Role.RECEPTIONIST,
    "/desk/away/undo": Role.RECEPTIONIST,
}


@pytest.fixture
def held(run: Run, house: House, doctor: User, patient: User) -> Appointment:
    return run(book(house.slot(doctor, start=time(15)).id, patient))


@pytest.mark.probe
@pytest.mark.parametrize("form", FORMS)
def test_no_form_is_an_error_of_ours(
    form: str,
    app: Flask,
    signed_in: SignIn,
    house: House,
    patient: User,
    doctor: User,
    slot: Slot,
    held: Appointment,
    run: Run,
) -> None:
    security.configure(Security(account_tries=TRIES, address_tries=TRIES, address_accounts=TRIES))
    people = {Role.PATIENT: patient, Role.DOCTOR: doctor}
    role = WHO.get(form, Role.PATIENT)
    person = None if role is None else people.get(role) or house.person(role)
    named = {
        "slot": lambda: slot.id,
        "appointment": lambda: held.id,
        "doctor": lambda: doctor.id,
        "patient": lambda: patient.id,
        "manage": lambda: link_of(held).removeprefix("/manage/"),
        "reset": lambda: reset_token(house, patient),
        "confirm": lambda: confirm_token(house),
    }

    def path() -> str:
        return re.sub(r"{(\w+)}", lambda name: str(named[name[1]]()), form)

    opened = partial(Browser, app) if person is None else partial(signed_in, person)
    if form == "/login/code":
        run(add_person(role=Role.RECEPTIONIST, email=ADDRESS, password=PASSWORD, name="Ann"))
        added(Browser(app))
        opened = partial(half_in, app)
    sender = Sender(opened, path, is_anonymous=person is None)
    seen: Counter[int] = Counter()
    good = known_to(form, slot, held, patient)
    if form == "/account/second-factor":
        good["offered"] = hidden(opened().get(form))["offered"]
    state = {"stored": run(stored())}

    @settings(
        max_examples=rounds(10_000, 8),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(filled(FORMS[form], good))
    def send(fields: dict[str, Any]) -> None:
        if sender.begins_again():
            state["stored"] = run(stored())
        with recorded_commands() as sent:
            answer = sender.send(fields)
        seen[answer.status_code] += 1
        assert answer.status_code in ANSWERS, (fields, answer.status_code)
        if not WRITING.isdisjoint(name for name, _ in sent):
            now = run(stored())
            assert answer.status_code < 400 or now == state["stored"], (fields, "it was written")
            state["stored"] = now

    send()
    print(form, dict(seen))


def known_to(form: str, slot: Slot, held: Appointment, patient: User) -> dict[str, Any]:
    """Return what there is that a form may name."""
    named: dict[str, Any] = {
        "slot_id": slot.id,
        "appointment_id": held.id,
        "patient_id": patient.id,
    }
    if form == "/desk/away":
        named["doctor"] = slot.doctor_id
    if form == "/desk/mark":
        named["arrived"] = held.reference
    return named


def reset_token(house: House, person: User) -> str:
    """Return what a link to a new password ends with that was just asked for."""
    told: list[Event] = []

    def remember(_sender: Any, event: Event) -> None:
        told.append(event)

    with event_published.connected_to(remember, sender=PasswordResetRequested):
        house.run(ask_for_reset(person.email))
    [asked] = told
    assert isinstance(asked, PasswordResetRequested)
    return links.reset_token(asked.nonce)


def confirm_token(house: House) -> str:
    """Return what the link ends with that confirms a newcomer's address."""
    if not house.recorded("email.confirmation_requested"):
        house.run(register(email="new@example.org", password=PASSWORD, name="New"))
    [asked] = house.recorded("email.confirmation_requested")
    assert isinstance(asked, EmailConfirmationRequested)
    return links.confirm_token(asked.person_id, asked.nonce, asked.email)


class Sender:
    """Sends a form over and over, with a token that is good: without one nothing is looked at."""

    def __init__(
        self, opened: Callable[[], Browser], path: Callable[[], str], *, is_anonymous: bool
    ) -> None:
        self._opened = opened
        self._path_of = path
        self._is_anonymous = is_anonymous
        self._sent = 0
        self._begin()

    def _begin(self) -> None:
        self._path = self._path_of()
        self._browser = self._opened()
        self._token = self._browser.token()

    def begins_again(self) -> bool:
        """Begin again now and then, and tell whether it did: a link that is asked for is stored."""
        self._sent += 1
        is_due = self._sent % 500 == 0
        if is_due:
            self._begin()
        return is_due

    def send(self, fields: dict[str, Any]) -> TestResponse:
        """Send it; whom it has signed in or out begins again."""
        answer = self._browser.client.post(self._path, data={"csrf_token": self._token, **fields})
        if answer.status_code == 303 and (self._is_anonymous or _to_sign_in(answer)):
            self._begin()
        return answer


def _to_sign_in(answer: TestResponse) -> bool:
    return answer.headers["Location"].startswith("/login")


def filled(fields: Iterable[str], good: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return what is typed: nonsense into some fields of a form that is empty or fits."""
    fits = {
        **{name: str(one) for name, one in good.items()},
        "name": "Grace Hopper",
        "email": "grace@example.org",
        "role": "doctor",
        "status": "arrived",
        "reason": "The doctor is ill.",
        "date": in_days(3).isoformat(),
        "from_date": in_days(3).isoformat(),
        "until": in_days(7).isoformat(),
        "until_date": in_days(9).isoformat(),
        "weekdays": str(in_days(4).weekday()),
        "start": "09:00",
        "end": "12:00",
        "minutes": "30",
        "pause": "0",
        "language": "de",
    }
    fitting = {name: fits[name] for name in fields if name in fits}
    nonsense = st.fixed_dictionaries({}, optional=dict.fromkeys(fields, TYPED))
    return st.builds(operator.or_, st.sampled_from([{}, fitting]), nonsense)


async def stored() -> list[int]:
    """Return how many documents there are of each kind."""
    kinds = (User, Slot, Appointment, EventRecord)
    return [await kind.get_motor_collection().estimated_document_count() for kind in kinds]
