"""An appointment for the reader's own calendar."""

import icalendar
import pytest

from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.documents import Appointment, Role, Slot, User
from tests.conftest import Run
from tests.domain.conftest import House
from tests.webapp.conftest import SignIn


@pytest.fixture
def booked(run: Run, slot: Slot, patient: User) -> Appointment:
    return run(book(slot.id, patient, reason="A rash"))


def test_the_proof_offers_the_appointment_as_a_calendar_file(
    signed_in: SignIn, patient: User, booked: Appointment
) -> None:
    browser = signed_in(patient)
    path = f"/appointments/{booked.id}/calendar.ics"
    assert f'href="{path}"' in browser.get(f"/appointments/{booked.id}").text
    answer = browser.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert answer.headers["Cache-Control"] == "no-store"
    assert f'"appointment-{booked.reference}.ics"' in answer.headers["Content-Disposition"]
    calendar = icalendar.Calendar.from_ical(answer.data)
    [event] = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "PUBLISH"
    assert event["UID"] == f"{booked.id}@bookwell"
    assert event["DTSTART"].dt == booked.starts_at
    assert event["URL"].endswith(f"/appointments/{booked.id}")
    assert "rash" not in answer.text


def test_a_cancelled_appointment_takes_itself_out_of_the_calendar(
    signed_in: SignIn, patient: User, booked: Appointment, run: Run
) -> None:
    run(cancel(booked.id, patient))
    answer = signed_in(patient).get(f"/appointments/{booked.id}/calendar.ics")
    assert "METHOD:CANCEL" in answer.text
    assert "STATUS:CANCELLED" in answer.text


def test_only_the_people_concerned_get_the_file(
    signed_in: SignIn, house: House, patient: User, doctor: User, booked: Appointment
) -> None:
    path = f"/appointments/{booked.id}/calendar.ics"
    for person in (patient, doctor, house.person(Role.RECEPTIONIST), house.person(Role.ADMIN)):
        assert signed_in(person).get(path).status_code == 200
    for stranger in (house.person(), house.person(Role.DOCTOR)):
        assert signed_in(stranger).get(path).status_code == 404
