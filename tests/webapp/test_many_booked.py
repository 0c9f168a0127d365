"""Forms about hundreds of appointments: they can be sent, and sent again."""

import re
from datetime import UTC, datetime, time, timedelta
from html import unescape

import pytest
from werkzeug.test import TestResponse

from domain.actions.accounts import add_person
from domain.actions.offering import new_slot
from domain.actions.sessions import sign_out_everywhere
from domain.documents import Appointment, Role, Slot, SlotStatus, User
from domain.ids import Id, new_id
from hosting.seeding import References, booked
from tests.conftest import Run
from tests.domain.conftest import House, in_days
from tests.webapp.browsing import HTMX, Browser, attributes, message
from tests.webapp.conftest import SignIn

Sent = dict[str, list[str]]
_FIELD = re.compile(r'<(?:input|textarea)[^>]* name="(\w+)"(?:[^>]* value="([^"]*)")?')


def packed(house: House, doctor: User, number: int) -> Id:
    """Make a series of so many booked times and a free one, from 09:00 UTC in seven days on."""
    first, series_id = datetime.combine(in_days(7), time(9), UTC), new_id()
    starts = [first + timedelta(minutes=5 * turn) for turn in range(number + 1)]
    slots = [new_slot(doctor, start, 5, series_id) for start in starts]
    patient, references = house.person(), References()
    appointments = [booked(slot, patient, references.new()) for slot in slots[:-1]]
    house.run(Slot.insert_many(slots))
    house.run(Appointment.insert_many(appointments))
    return series_id


def fields_of(page: TestResponse, action: str) -> Sent:
    """Return what a form of a page sends that nobody types into."""
    forms = re.findall(r"<form([^>]*)>(.*?)</form>", page.text, re.S)
    [form] = [
        inner for said, inner in forms if f' action="{action}"' in said and ' method="post"' in said
    ]
    found: Sent = {}
    for name, value in _FIELD.findall(form):
        found.setdefault(name, []).append(unescape(value))
    return found


def open_times(run: Run) -> int:
    count: int = run(Slot.find({"status": SlotStatus.OPEN.value}).count())
    return count


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_series_with_hundreds_of_patients_is_withdrawn_and_they_stay(
    signed_in: SignIn, house: House, doctor: User, run: Run, headers: dict[str, str]
) -> None:
    way = f"/slots/series/{packed(house, doctor, 310)}/withdraw"
    browser = signed_in(doctor)
    question = browser.get(way)
    assert len(attributes(question, "data-appointment-id")) == 310
    fields = fields_of(question, way) | {"booked": ["keep"], "reason": [""]}
    answer = browser.client.post(way, data=fields, headers=headers)
    assert answer.status_code == (200 if headers else 303)
    assert open_times(run) == 0
    assert run(Appointment.find({"status": "booked"}).count()) == 310


def test_cancelling_hundreds_at_once_is_refused_with_the_limit(
    signed_in: SignIn, desk: Browser, house: House, doctor: User
) -> None:
    series_id, limit = packed(house, doctor, 310), "Please cancel at most 100 appointments at once."
    way, browser = f"/slots/series/{series_id}/withdraw", signed_in(doctor)
    fields = fields_of(browser.get(way), way) | {"booked": ["cancel"], "reason": ["Ill"]}
    refused = browser.client.post(way, data=fields)
    assert (refused.status_code, limit in refused.text) == (422, True)
    page = desk.get(f"/desk/away?doctor={doctor.id}&date={in_days(7)}&until={in_days(9)}")
    fields = fields_of(page, "/desk/away") | {"reason": ["Ill"]}
    refused = desk.client.post("/desk/away", data=fields)
    assert (refused.status_code, limit in refused.text) == (422, True)


@pytest.mark.parametrize("between", [" ", ",", ", "])
def test_programs_name_appointments_in_one_field_or_in_many(
    signed_in: SignIn, desk: Browser, house: House, doctor: User, run: Run, between: str
) -> None:
    way = f"/slots/series/{packed(house, doctor, 3)}/withdraw"
    first, *others = [str(one.id) for one in run(Appointment.find({}).to_list())]
    named = {"appointment_id": [first], "booked": "cancel"}
    assert signed_in(doctor).post(way, named).status_code == 303
    day = {"doctor": str(doctor.id), "date": str(in_days(7)), "reason": "Ill"}
    answer = desk.post("/desk/away", {**day, "appointment_id": between.join(others)})
    assert "2 appointments cancelled" in message(desk.get(answer.headers["Location"]))


@pytest.mark.parametrize("many_fields", [False, True])
def test_after_a_session_that_ended_nothing_of_a_long_form_is_lost(
    browser: Browser, house: House, run: Run, many_fields: bool
) -> None:
    who = {"email": "weiss@example.org", "password": "a long password"}
    doctor = run(add_person(role=Role.DOCTOR, name="Dr. Ada Weiss", **who))
    way = f"/slots/series/{packed(house, doctor, 70)}/withdraw"
    browser.post("/login", who)
    question = browser.get(way)
    fields = fields_of(question, way) | {"booked": ["cancel"], "reason": ["Ill"]}
    if many_fields:
        fields["appointment_id"] = attributes(question, "data-appointment-id")
    run(sign_out_everywhere(doctor.id))
    assert browser.client.post(way, data=fields).headers["Location"].startswith("/login")
    browser.post("/login", who)
    again = fields_of(browser.get("/resume"), way)
    assert browser.client.post(way, data=again).status_code == 303
    assert run(Appointment.find({"status": "cancelled"}).count()) == 70
