"""A patient's appointments, and what may be done with one."""

import re
from datetime import time, timedelta
from html import unescape

import pytest
import time_machine
from werkzeug.test import TestResponse

from domain import clock
from domain.actions import moving
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.staff import deactivate
from domain.documents import Appointment, Role, Slot, SlotStatus, User
from tests.conftest import Run
from tests.domain.conftest import House, in_days
from tests.webapp.browsing import HTMX, Browser, attributes, message
from tests.webapp.conftest import SignIn


@pytest.fixture
def booked(run: Run, slot: Slot, patient: User) -> Appointment:
    return run(book(slot.id, patient, reason="A rash"))


def test_the_list_shows_what_is_ahead_before_what_is_over(
    signed_in: SignIn, house: House, patient: User, doctor: User, booked: Appointment, run: Run
) -> None:
    over = run(book(house.slot(doctor, start=time(8)).id, patient))
    run(cancel(over.id, patient))
    page = signed_in(patient).get("/appointments")
    assert attributes(page, "data-appointment-id") == [str(booked.id), str(over.id)]
    assert attributes(page, "data-status") == ["booked", "cancelled"]


def test_an_empty_list_says_what_to_do(signed_in: SignIn, patient: User) -> None:
    assert "Find a time with a doctor" in signed_in(patient).get("/appointments").text


@pytest.mark.parametrize("path", ["/appointments", "/appointments/{}"])
def test_paper_says_whose_it_is_in_which_year_and_when_it_was_printed(
    signed_in: SignIn, patient: User, booked: Appointment, path: str
) -> None:
    page = signed_in(patient).get(path.format(booked.id)).text
    year = booked.starts_at.year
    assert re.search(rf">Printed on [^<]+\s{clock.now().year}, \d\d:\d\d[,<]", page)
    assert f", for {patient.name}</p>" in page or f"<strong>{patient.name}</strong>" in page
    assert re.search(rf'<span class="only-print">[^<]+\s{year}, \d\d:\d\d</span></time>', page)


def test_only_the_people_concerned_see_an_appointment(
    signed_in: SignIn, house: House, patient: User, doctor: User, booked: Appointment
) -> None:
    path = f"/appointments/{booked.id}"
    concerned = [patient, doctor, house.person(Role.RECEPTIONIST), house.person(Role.ADMIN)]
    for person in concerned:
        assert signed_in(person).get(path).status_code == 200
    for stranger in (house.person(), house.person(Role.DOCTOR)):
        browser = signed_in(stranger)
        assert browser.get(path).status_code == 404
        assert browser.post(f"{path}/cancel", {"reason": "x"}).status_code == 404
    assert signed_in(house.person()).get(f"{path}/move").status_code == 404


def test_cancelling_ends_it_and_frees_the_time(
    signed_in: SignIn, patient: User, booked: Appointment, run: Run
) -> None:
    browser = signed_in(patient)
    answer = browser.post(f"/appointments/{booked.id}/cancel", {"reason": "better now"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/appointments/{booked.id}")
    page = browser.get(answer.headers["Location"])
    assert attributes(page, "data-status") == ["cancelled"]
    assert "better now" in page.text
    assert run(Slot.get(booked.slot_id)).status is SlotStatus.OPEN


def test_cancelling_twice_says_so_and_changes_nothing(
    signed_in: SignIn, patient: User, booked: Appointment
) -> None:
    browser = signed_in(patient)
    path = f"/appointments/{booked.id}/cancel"
    assert browser.htmx(path).status_code == 200
    for again in (browser.htmx(path), browser.post(path)):
        assert again.status_code == 409
        assert "already been cancelled" in message(again)
        assert attributes(again, "data-status") == ["cancelled"]


def test_staff_must_say_why(signed_in: SignIn, doctor: User, booked: Appointment) -> None:
    answer = signed_in(doctor).post(f"/appointments/{booked.id}/cancel")
    assert answer.status_code == 422
    assert 'id="reason-error"' in answer.text
    assert "<details" in answer.text
    assert " open>" in answer.text


def test_who_must_say_why_goes_on_at_the_reason_and_else_at_the_title(
    signed_in: SignIn, doctor: User, booked: Appointment
) -> None:
    browser, path = signed_in(doctor), f"/appointments/{booked.id}/cancel"
    for headers in ({}, HTMX):
        refused = browser.post(path, {"reason": " "}, headers=headers)
        assert re.findall(r"<(\w+)[^>]* data-focus[ >]", refused.text) == ["textarea"]
    done = browser.htmx(path, {"reason": "The doctor is ill."})
    assert re.findall(r"<(\w+)[^>]* data-focus[ >]", done.text) == ["h1"]


def test_what_one_typed_as_reason_nobody_else_reads(
    signed_in: SignIn, patient: User, doctor: User, booked: Appointment
) -> None:
    path, typed = f"/appointments/{booked.id}", "x" * 501
    hints = {"It helps the practice.": patient, "The patient reads it.": doctor}
    for hint, person in hints.items():
        answer = signed_in(person).post(f"{path}/cancel", {"reason": typed})
        assert (answer.status_code, typed in answer.text) == (422, True)
        page = signed_in(person).get(path).text
        assert hint in page
        assert typed not in page
        assert "aria-invalid" not in page


def test_a_patient_cannot_change_what_is_near(
    signed_in: SignIn, patient: User, booked: Appointment, run: Run
) -> None:
    with time_machine.travel(booked.starts_at - timedelta(hours=1), tick=True):
        browser = signed_in(patient)
        page = browser.get(f"/appointments/{booked.id}")
        assert "too late to move or cancel" in page.text
        assert browser.post(f"/appointments/{booked.id}/cancel").status_code == 409
    assert run(Appointment.get(booked.id)).status == "booked"


def test_moving_takes_the_new_time_and_frees_the_old(
    signed_in: SignIn, house: House, patient: User, doctor: User, booked: Appointment, run: Run
) -> None:
    other = house.slot(doctor, start=time(11))
    browser = signed_in(patient)
    path = f"/appointments/{booked.id}/move"
    assert attributes(browser.get(path), "data-slot-id") == [str(other.id)]
    answer = browser.post(path, {"slot_id": str(other.id)})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/appointments/{booked.id}")
    assert run(Appointment.get(booked.id)).slot_id == other.id
    assert run(Slot.get(booked.slot_id)).status is SlotStatus.OPEN
    assert "Moved from" in browser.get(answer.headers["Location"]).text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_second_click_on_a_time_is_told_that_it_is_moved(
    signed_in: SignIn,
    house: House,
    patient: User,
    doctor: User,
    booked: Appointment,
    headers: dict[str, str],
) -> None:
    browser, other = signed_in(patient), house.slot(doctor, start=time(11))
    for _ in range(2):
        path = f"/appointments/{booked.id}/move"
        answer = browser.post(path, {"slot_id": str(other.id)}, headers=headers)
        page = answer if headers else browser.get(answer.headers["Location"])
        assert "The appointment is moved." in message(page)
    assert len(house.recorded("appointment.moved")) == 1


def test_a_lost_move_keeps_the_appointment_and_says_so(
    signed_in: SignIn, house: House, patient: User, doctor: User, booked: Appointment, run: Run
) -> None:
    other = house.slot(doctor, start=time(11))
    run(book(other.id, house.person()))
    answer = signed_in(patient).htmx(f"/appointments/{booked.id}/move", {"slot_id": str(other.id)})
    assert answer.status_code == 409
    assert "just been taken" in message(answer)
    assert run(Appointment.get(booked.id)).slot_id == booked.slot_id


def test_the_desk_is_told_whose_appointment_it_moves(
    desk: Browser, signed_in: SignIn, house: House, doctor: User, booked: Appointment, run: Run
) -> None:
    path = f"/appointments/{booked.id}/move"
    page = desk.get(path)
    assert booked.patient_name in _lead(page)
    assert booked.patient_name not in _lead(signed_in(run(User.get(booked.patient_id))).get(path))
    asks = {**HTMX, "If-None-Match": page.headers["ETag"]}
    assert desk.get(path, headers=asks).status_code == 304
    # Both times are free for a moment and taken again: what is free is the same as before.
    old = run(Slot.get(booked.slot_id))
    run(moving.move(booked.id, house.slot(doctor, start=time(11)).id, house.person(Role.ADMIN)))
    run(book(old.id, house.person()))
    assert desk.get(path, headers=asks).status_code == 200


def test_the_desk_moves_an_appointment_to_another_doctor(
    desk: Browser, signed_in: SignIn, house: House, booked: Appointment, run: Run
) -> None:
    other = house.person(Role.DOCTOR, "Dr. Ben Okoro")
    later = in_days(21)
    lost, kept = (house.slot(other, day=later, start=time(hour)) for hour in (11, 12))
    path = f"/appointments/{booked.id}/move"
    page = desk.get(f"{path}?doctor={other.id}")
    assert attributes(page, "data-slot-id") == [str(lost.id), str(kept.id)]
    run(book(lost.id, house.person()))
    action = unescape(re.findall(r'<form method="post" action="([^"]+)"', page.text)[-1])
    refused = desk.post(action, {"slot_id": str(lost.id)})
    assert refused.status_code == 409
    assert attributes(refused, "data-slot-id") == [str(kept.id)]
    assert desk.post(action, {"slot_id": str(kept.id)}).status_code == 303
    moved = run(Appointment.get(booked.id))
    assert (moved.slot_id, moved.doctor_name) == (kept.id, "Dr. Ben Okoro")
    theirs = signed_in(run(User.get(booked.patient_id))).get(f"{path}?doctor={booked.doctor_id}")
    assert 'name="doctor"' not in theirs.text
    assert "Dr. Ben Okoro" in _lead(theirs)


def test_an_appointment_with_a_doctor_who_has_left_is_moved_to_others_at_the_desk_alone(
    desk: Browser, signed_in: SignIn, house: House, doctor: User, booked: Appointment, run: Run
) -> None:
    other = house.person(Role.DOCTOR, "Dr. Ben Okoro")
    run(deactivate(doctor.id, house.person(Role.ADMIN)))
    path = f"/appointments/{booked.id}/move"
    page = desk.get(path)
    assert "This doctor takes no more appointments." in page.text
    assert re.findall(r'<option value="(\w{24})"', page.text) == [str(other.id)]
    theirs = signed_in(run(User.get(booked.patient_id))).get(path)
    assert "Please call the practice." in theirs.text


def _lead(page: TestResponse) -> str:
    return page.text.partition('<p class="lead">')[2].partition("</p>")[0]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_lost_move_stays_in_the_week_that_was_looked_at(
    desk: Browser,
    house: House,
    doctor: User,
    booked: Appointment,
    run: Run,
    headers: dict[str, str],
) -> None:
    house.slot(doctor, start=time(11))  # the appointment's own week has something to show, too
    later = booked.starts_at.date() + timedelta(days=14)
    lost, kept = (house.slot(doctor, day=later, start=time(hour)) for hour in (11, 12))
    page = desk.get(f"/appointments/{booked.id}/move?date={later}")
    run(book(lost.id, house.person()))
    way = re.search(r'<form method="post" action="([^"]+)" hx-post="([^"]+)"', page.text)
    assert way
    assert way[1] == way[2]
    answer = desk.post(unescape(way[1]), {"slot_id": str(lost.id)}, headers=headers)
    assert answer.status_code == 409
    assert attributes(answer, "data-slot-id") == [str(kept.id)]


@pytest.mark.parametrize(("slot_id", "status"), [("", 422), ("nonsense", 404), ("0" * 24, 404)])
def test_moving_to_no_time_is_refused(
    signed_in: SignIn, patient: User, booked: Appointment, slot_id: str, status: int
) -> None:
    answer = signed_in(patient).post(f"/appointments/{booked.id}/move", {"slot_id": slot_id})
    assert answer.status_code == status


def test_a_visit_is_marked_and_taken_back(
    signed_in: SignIn, doctor: User, booked: Appointment, run: Run
) -> None:
    browser = signed_in(doctor)
    path = f"/appointments/{booked.id}/status"
    assert browser.post(path, {"status": "arrived"}).status_code == 303
    assert attributes(browser.htmx(path, {"status": "completed"}), "data-status") == ["completed"]
    assert browser.post(path, {"status": "booked"}).status_code == 303
    assert run(Appointment.get(booked.id)).status == "booked"
    assert browser.get(f"/appointments/{booked.id}").text.count("Dr. Ada Weiss") >= 1


@pytest.mark.parametrize("status", ["", "cancelled", "nonsense", '{"$ne": null}'])
def test_no_other_status_can_be_noted(
    signed_in: SignIn, doctor: User, booked: Appointment, status: str
) -> None:
    answer = signed_in(doctor).post(f"/appointments/{booked.id}/status", {"status": status})
    assert answer.status_code == 422


def test_a_form_can_lead_back_to_where_it_stood(
    signed_in: SignIn, doctor: User, booked: Appointment
) -> None:
    browser = signed_in(doctor)
    path = f"/appointments/{booked.id}/status"
    back = browser.post(path, {"status": "arrived", "back": "/calendar?date=2026-12-01"})
    assert back.headers["Location"] == "/calendar?date=2026-12-01"
    off = browser.post(path, {"status": "missed", "back": "//evil.example"})
    assert off.headers["Location"] == f"/appointments/{booked.id}"


def test_patients_read_no_names_of_the_desk(
    signed_in: SignIn, house: House, patient: User, booked: Appointment, run: Run
) -> None:
    desk = house.person(Role.RECEPTIONIST, "Desk Person")
    run(cancel(booked.id, desk, reason="The doctor is ill."))
    page = signed_in(patient).get(f"/appointments/{booked.id}")
    assert "by the practice" in page.text
    assert "Desk Person" not in page.text
    assert "by you" in signed_in(desk).get(f"/appointments/{booked.id}", headers=HTMX).text


def test_dates_of_the_past_can_be_looked_at(
    signed_in: SignIn, patient: User, booked: Appointment
) -> None:
    with time_machine.travel(clock.now() + timedelta(days=30), tick=True):
        page = signed_in(patient).get("/appointments")
        assert "Past and cancelled" in page.text
        assert "Move" not in page.text.split("<main")[1]
