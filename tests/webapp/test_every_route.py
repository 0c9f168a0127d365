"""Every route, as everybody, with whatever a machine thinks of: no error, nobody else's data."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule

from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.changing import change_one
from domain.documents import Role, User
from domain.ids import new_id
from tests.conftest import Run
from tests.domain.conftest import House, in_days
from tests.support.racing import rounds
from tests.webapp.browsing import HTMX, Browser
from tests.webapp.conftest import SignIn
from tests.webapp.test_generated import TYPED

FIELDS = re.findall(
    r"\w+",
    """
    actor after appointment_id back before closing_id code date day delivery_id doctor doctor_id
    doing email end fold from_date handle idempotency_key language minutes name next
    notify number password patient_id pause person phone q reason role series_id side
    slot_id specialty start state status time timezone token until until_date weekdays
    when
    """,
)
FOREIGN = ("Quilla Featherby", "quilla@example.org", "itch of a stranger", "stranger is well")
Way = tuple[Rule, str]
SEES_ALL = frozenset({Role.RECEPTIONIST, Role.ADMIN})
ODD_METHODS = ("PUT", "DELETE", "PATCH", "TRACE")


@pytest.fixture
def stranger(run: Run, house: House) -> list[str]:
    """A patient of another doctor, and the ids of all that is theirs."""
    doctor = house.person(Role.DOCTOR, "Dr. Other")
    patient = house.person(name="Quilla Featherby")
    run(change_one(User, {"_id": patient.id}, {"$set": {"email": "quilla@example.org"}}))
    patient = house.now(patient)
    kept = run(book(house.slot(doctor, start=time(9)).id, patient, reason="itch of a stranger"))
    gone = run(book(house.slot(doctor, start=time(11)).id, patient, reason="itch of a stranger"))
    run(cancel(gone.id, patient, reason="stranger is well"))
    ids = (doctor.id, patient.id, kept.id, kept.slot_id, gone.id, gone.slot_id)
    return [str(one) for one in ids]


def parts(own: list[str], foreign: list[str]) -> st.SearchStrategy[str]:
    known = [*own, *foreign, str(new_id())]
    days = [in_days(number).isoformat() for number in (-1, 0, 7, 8)]
    words = ["booked", "arrived", "cancelled", "actor", "person", "seen", "1", "0", "30", "09:00"]
    roles = [role.value for role in Role]
    return st.one_of(st.sampled_from(known + days + words + roles), TYPED)


@dataclass
class Caller:
    """Somebody of a role who sends requests and looks for what is not theirs."""

    role: Role | None
    sign_in: Callable[[], Browser]
    seen: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._start()

    def send(
        self, way: Way, arguments: list[str], fields: dict[str, Any], *, htmx: bool = False
    ) -> None:
        rule, method = way
        path, posted = _path(rule, arguments), method == "POST"
        answer = self.browser.client.open(
            path,
            method=method,
            data={"csrf_token": self.token, **fields} if posted else None,
            query_string=None if posted else fields,
            headers=HTMX if htmx else {},
        )
        answer.close()
        self.seen[answer.status_code] += 1
        assert answer.status_code < 500, (method, path, fields)
        if self.role not in SEES_ALL:
            told = answer.get_data(as_text=True) + str(answer.headers)
            assert not [one for one in FOREIGN if one in told], (method, path, fields)
        if self.role is not None and _signed_out(answer):
            self._start()

    def _start(self) -> None:
        self.browser = self.sign_in()
        self.token = self.browser.token()


@pytest.fixture
def caller(
    app: Flask, house: House, signed_in: SignIn, doctor: User, patient: User, role: Role | None
) -> Caller:
    if role is None:
        return Caller(None, lambda: Browser(app))
    person = {Role.DOCTOR: doctor, Role.PATIENT: patient}.get(role) or house.person(role)
    return Caller(role, lambda: signed_in(person))


@pytest.mark.parametrize("role", [None, Role.PATIENT, Role.DOCTOR], ids=str)
def test_what_belongs_to_somebody_else_is_told_by_no_route(
    app: Flask, caller: Caller, stranger: list[str]
) -> None:
    for foreign in stranger:
        for way in _ways(app):
            if way[0].arguments and way[1] in ("GET", "POST"):
                caller.send(way, [foreign] * 3, {"reason": "x"})
    print(caller.role, dict(caller.seen))


@pytest.mark.probe
@pytest.mark.parametrize("role", [None, *Role], ids=str)
def test_no_route_fails_or_tells_of_anybody_else(
    app: Flask,
    run: Run,
    house: House,
    doctor: User,
    patient: User,
    stranger: list[str],
    caller: Caller,
) -> None:
    own = run(book(house.slot(doctor, start=time(15)).id, patient))
    free = [house.slot(doctor, start=time(hour)).id for hour in range(8, 12)]
    mine = [str(one) for one in (own.id, own.slot_id, doctor.id, patient.id, *free)]
    value, ways = parts(mine, stranger), _ways(app)

    @settings(
        max_examples=rounds(60, 2),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.lists(value, min_size=3, max_size=3),
        st.dictionaries(st.sampled_from(FIELDS), value, max_size=6),
        st.booleans(),
    )
    def send_everywhere(arguments: list[str], fields: dict[str, Any], htmx: bool) -> None:
        for way in ways:
            caller.send(way, arguments, fields, htmx=htmx)

    send_everywhere()
    print(caller.role, f"{len(ways)} ways", dict(caller.seen))


def _ways(app: Flask) -> list[Way]:
    """Return every route with each of its methods, those that change something twice."""
    ways: list[Way] = []
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods or ()):
            ways += [(rule, method)] * (2 if method == "POST" else 1)
    return ways + [(rule, method) for rule, _ in ways[:3] for method in ODD_METHODS]


def _path(rule: Rule, arguments: list[str]) -> str:
    values = dict(zip(sorted(rule.arguments), arguments, strict=False))
    try:
        _, path = rule.build(values) or ("", "/")
    except (ValueError, TypeError):
        return "/"
    return path


def _signed_out(answer: Any) -> bool:
    where = f"{answer.headers.get('Location', '')}{answer.headers.get('HX-Redirect', '')}"
    return where.startswith("/login") or answer.status_code == 400
