"""Taking one's own cancellation back, for a short while."""

from datetime import time, timedelta

import pytest
import time_machine

from domain import clock
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.restoring import RESTORABLE_FOR
from domain.actions.staff import deactivate
from domain.documents import Appointment, AppointmentStatus, Role, Slot, User
from tests.conftest import Run
from tests.domain.conftest import House
from tests.webapp.browsing import HTMX, attributes, message
from tests.webapp.conftest import SignIn

UNDO = ">Undo</button>"


@pytest.fixture
def cancelled(run: Run, slot: Slot, patient: User) -> Appointment:
    booked = run(book(slot.id, patient, reason="A rash"))
    return run(cancel(booked.id, patient)).appointment


def status_now(run: Run, appointment: Appointment) -> AppointmentStatus:
    return run(Appointment.get(appointment.id)).status


def test_who_cancelled_is_offered_to_undo_it_and_does(
    signed_in: SignIn, patient: User, cancelled: Appointment, run: Run
) -> None:
    browser, path = signed_in(patient), f"/appointments/{cancelled.id}"
    assert UNDO in browser.get(path).text
    answer = browser.post(f"{path}/restore")
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    page = browser.get(path)
    assert "stands again" in message(page)
    assert attributes(page, "data-status") == ["booked"]
    assert UNDO not in page.text
    assert status_now(run, cancelled) is AppointmentStatus.BOOKED


@pytest.mark.parametrize("has_left", [False, True], ids=["free", "free for nobody"])
def test_the_answer_to_a_cancellation_offers_to_undo_it_as_its_page_does(
    signed_in: SignIn, house: House, patient: User, slot: Slot, run: Run, *, has_left: bool
) -> None:
    booked = run(book(slot.id, patient))
    if has_left:
        run(deactivate(slot.doctor_id, house.person(Role.ADMIN)))
    browser, path = signed_in(patient), f"/appointments/{booked.id}"
    answer = browser.htmx(f"{path}/cancel")
    assert "The appointment is cancelled" in answer.text
    for shown in (answer, browser.get(path)):
        assert (UNDO in shown.text) is not has_left


def test_htmx_gets_the_appointment_as_it_stands_again(
    signed_in: SignIn, patient: User, cancelled: Appointment
) -> None:
    answer = signed_in(patient).htmx(f"/appointments/{cancelled.id}/restore")
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert attributes(answer, "data-status") == ["booked"]


@pytest.mark.parametrize("options", [{}, {"headers": HTMX}], ids=["page", "fragment"])
def test_who_undoes_too_late_for_the_time_sees_what_is_near(
    signed_in: SignIn,
    house: House,
    patient: User,
    doctor: User,
    cancelled: Appointment,
    run: Run,
    options: dict[str, dict[str, str]],
) -> None:
    near = house.slot(doctor, start=time(10))
    run(book(cancelled.slot_id, house.person()))
    browser, path = signed_in(patient), f"/appointments/{cancelled.id}"
    assert UNDO not in browser.get(path).text
    answer = browser.post(f"{path}/restore", **options)
    assert answer.status_code == 409
    assert "just been taken" in message(answer)
    assert attributes(answer, "data-slot-id") == [str(near.id)]
    assert status_now(run, cancelled) is AppointmentStatus.CANCELLED


def test_the_offer_ends_with_its_time(
    signed_in: SignIn, patient: User, cancelled: Appointment, run: Run
) -> None:
    browser, path = signed_in(patient), f"/appointments/{cancelled.id}"
    with time_machine.travel(clock.now() + RESTORABLE_FOR + timedelta(seconds=1), tick=True):
        assert UNDO not in browser.get(path).text
        answer = browser.post(f"{path}/restore")
    assert answer.status_code == 409
    assert "too late to undo" in message(answer)
    assert status_now(run, cancelled) is AppointmentStatus.CANCELLED


def test_what_the_practice_cancelled_is_not_the_patients_to_undo(
    signed_in: SignIn, house: House, patient: User, slot: Slot, run: Run
) -> None:
    booked = run(book(slot.id, patient))
    run(cancel(booked.id, house.person(Role.RECEPTIONIST), reason="The doctor is ill."))
    browser, path = signed_in(patient), f"/appointments/{booked.id}"
    assert UNDO not in browser.get(path).text
    assert browser.post(f"{path}/restore").status_code == 403
    assert status_now(run, booked) is AppointmentStatus.CANCELLED
