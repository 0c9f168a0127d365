"""Booking for somebody at the counter or on the telephone."""

import re
from datetime import time

import pytest
from werkzeug.test import TestResponse

from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.staff import deactivate
from domain.documents import Appointment, Role, Slot, SlotStatus, User
from domain.queries import patients
from domain.queries.doctors import known_doctor, known_doctors
from tests.conftest import Run
from tests.domain.commands import recorded_commands
from tests.domain.conftest import House, frozen, in_days
from tests.webapp.browsing import HTMX, Browser, announced, attributes, hidden, message, only
from tests.webapp.conftest import SignIn


def newcomer(slot: Slot, **changes: str) -> dict[str, str]:
    form = {
        "slot_id": str(slot.id),
        "name": "Grace Hopper",
        "email": "Grace@Example.org",
        "phone": "030 1234",
        "reason": "A rash",
    }
    return form | changes


def test_a_known_patient_is_booked_in_four_steps(
    desk: Browser, house: House, slot: Slot, run: Run
) -> None:
    patient = house.person(name="Grace Hopper")
    times = desk.get("/desk/book")
    assert attributes(times, "data-slot-id") == [str(slot.id)]
    who = desk.get(f"/desk/book/patient?slot_id={slot.id}")
    found = desk.post("/desk/book/patient", hidden(who) | {"slot_id": str(slot.id), "q": "hopp"})
    assert f'name="patient_id" value="{patient.id}" checked' in found.text
    form = hidden(found) | {"slot_id": str(slot.id), "patient_id": str(patient.id)}
    answer = desk.post("/desk/book", form)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/desk?date={in_days(7)}")
    booked = run(only(Appointment))
    assert (booked.slot_id, booked.patient_id) == (slot.id, patient.id)
    assert booked.reference in message(desk.get(answer.headers["Location"]))


def test_somebody_new_becomes_a_patient_with_the_booking(
    desk: Browser, slot: Slot, run: Run
) -> None:
    assert desk.post("/desk/book", newcomer(slot)).status_code == 303
    booked = run(only(Appointment))
    assert (booked.patient_name, booked.patient_email, booked.reason) == (
        "Grace Hopper",
        "grace@example.org",
        "A rash",
    )
    patient = run(User.get(booked.patient_id))
    assert (patient.role, patient.phone) == (Role.PATIENT, "030 1234")


def test_who_is_known_by_the_address_is_named_however_they_were_called(
    desk: Browser, house: House, slot: Slot
) -> None:
    known = house.person(name="Vincent Hopper")
    answer = desk.post("/desk/book", newcomer(slot, email=known.email))
    assert "Booked for Vincent Hopper:" in message(desk.get(answer.headers["Location"]))


def test_another_time_is_looked_for_on_the_practices_day_wherever_the_reader_is(
    desk: Browser, house: House, doctor: User
) -> None:
    late = house.slot(doctor, day=in_days(7), start=time(21))
    desk.client.set_cookie("timezone", "Asia/Kolkata")
    page = desk.get(f"/desk/book/patient?slot_id={late.id}")
    assert f"/desk/book?doctor={doctor.id}&amp;date={in_days(7)}" in attributes(page, "href")


def test_htmx_is_sent_to_the_list(desk: Browser, slot: Slot) -> None:
    answer = desk.htmx("/desk/book", newcomer(slot))
    assert answer.headers["HX-Redirect"] == f"/desk?date={in_days(7)}"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"email": "grace"}, "Please give an e-mail address"),
        ({"email": ""}, "Please give an e-mail address"),
        ({"phone": "1" * 50}, "at most 40 characters"),
        ({"reason": "x" * 501}, "at most 500 characters"),
        ({"name": "\x00"}, "cannot be stored"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_is_wrong_stands_beside_its_field_and_all_is_kept(
    desk: Browser,
    slot: Slot,
    run: Run,
    changes: dict[str, str],
    sentence: str,
    headers: dict[str, str],
) -> None:
    form = newcomer(slot, **changes)
    answer = desk.post("/desk/book", form, headers=headers)
    assert answer.status_code == 422
    assert sentence in answer.text
    kept = {"Grace Hopper", "Grace@Example.org", "030 1234", "A rash"} & set(form.values())
    assert all(typed in answer.text for typed in kept)
    assert run(Slot.get(slot.id)).status is SlotStatus.OPEN
    assert run(User.find({"role": "patient"}).count()) == 0


def test_the_address_of_a_colleague_is_refused(desk: Browser, doctor: User, slot: Slot) -> None:
    answer = desk.post("/desk/book", newcomer(slot, email=doctor.email))
    assert answer.status_code == 422
    assert "There is already an account with this address." in answer.text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_time_that_has_gone_keeps_what_was_typed_and_offers_the_nearest(
    desk: Browser, house: House, doctor: User, slot: Slot, run: Run, headers: dict[str, str]
) -> None:
    near = house.slot(doctor, start=time(9, 30))
    run(book(slot.id, house.person()))
    answer = desk.post("/desk/book", newcomer(slot), headers=headers)
    assert answer.status_code == 409
    assert "This time has just been taken." in answer.text
    assert f'name="slot_id" value="{near.id}"' in answer.text
    assert f'name="slot_id" value="{slot.id}">Book' not in answer.text
    for typed in ("Grace Hopper", "Grace@Example.org", "030 1234", "A rash"):
        assert typed in answer.text
    assert desk.post("/desk/book", newcomer(near)).status_code == 303


def test_a_time_that_has_ended_is_not_offered(
    signed_in: SignIn, house: House, doctor: User, slot: Slot
) -> None:
    near, way = house.slot(doctor, start=time(14)), f"/desk/book/patient?slot_id={slot.id}"
    with frozen(slot.starts_at):
        page = signed_in(house.person(Role.RECEPTIONIST)).get(way)
        assert attributes(page, "data-status")[0] == "open"
        assert f'name="slot_id" value="{slot.id}">Book' in page.text
    with frozen(slot.ends_at):
        page = signed_in(house.person(Role.RECEPTIONIST)).get(way)
        assert attributes(page, "data-status")[0] == "gone"
        assert "This time has passed." in page.text
        assert f'name="slot_id" value="{slot.id}">Book' not in page.text
        assert f'name="slot_id" value="{near.id}"' in page.text


def test_a_patient_who_is_elsewhere_at_that_time_is_told_of_other_times(
    desk: Browser, house: House, slot: Slot, run: Run
) -> None:
    patient = house.person(name="Grace Hopper")
    run(book(house.slot(house.person(Role.DOCTOR)).id, patient))
    form = {"slot_id": str(slot.id), "patient_id": str(patient.id)}
    answer = desk.post("/desk/book", form)
    assert answer.status_code == 409
    assert "another appointment at that time" in answer.text
    assert f'name="patient_id" value="{patient.id}" checked' in answer.text


def test_a_form_whose_booking_was_cancelled_has_to_be_sent_once_more(
    desk: Browser, house: House, slot: Slot, run: Run
) -> None:
    patient = house.person()
    form = {"slot_id": str(slot.id), "patient_id": str(patient.id), "idempotency_key": "k1"}
    desk.post("/desk/book", form)
    run(cancel(run(only(Appointment)).id, patient))
    refused = desk.post("/desk/book", form)
    assert refused.status_code == 409
    assert "has been cancelled since" in refused.text
    form["idempotency_key"] = hidden(refused)["idempotency_key"]
    assert desk.post("/desk/book", form).status_code == 303
    assert run(Slot.get(slot.id)).status is SlotStatus.BOOKED


def test_a_known_and_a_new_patient_at_once_is_refused(
    desk: Browser, house: House, slot: Slot, run: Run
) -> None:
    form = newcomer(slot, patient_id=str(house.person().id))
    answer = desk.post("/desk/book", form)
    assert answer.status_code == 422
    assert "You chose a patient and also typed somebody new." in answer.text
    assert run(Appointment.count()) == 0


def test_sending_twice_books_once(desk: Browser, house: House, slot: Slot, run: Run) -> None:
    patient = house.person()
    page = desk.get(f"/desk/book/patient?slot_id={slot.id}")
    form = hidden(page) | {"slot_id": str(slot.id), "patient_id": str(patient.id)}
    assert [desk.post("/desk/book", form).status_code for _ in range(2)] == [303, 303]
    assert run(Appointment.count()) == 1


@pytest.mark.parametrize("identifier", ["", "x", "0" * 23, "0" * 24, "\x00", "😀"])
def test_unknown_times_and_patients_are_not_there(
    desk: Browser, slot: Slot, run: Run, identifier: str
) -> None:
    assert desk.post("/desk/book", newcomer(slot, slot_id=identifier)).status_code == 404
    assert desk.get("/desk/book/patient", query_string={"slot_id": identifier}).status_code == 404
    if identifier:
        form = {"slot_id": str(slot.id), "patient_id": identifier}
        assert desk.post("/desk/book", form).status_code == 404
        assert desk.get("/desk/book", query_string={"doctor": identifier}).status_code == 404
    assert run(Appointment.count()) == 0


def test_no_name_that_was_looked_for_stands_in_an_address(
    desk: Browser, house: House, slot: Slot
) -> None:
    house.person(name="Grace Hopper")
    answer = desk.htmx("/desk/book/patient", {"slot_id": str(slot.id), "q": "grace"})
    assert "Grace Hopper" in answer.text
    assert "HX-Push-Url" not in answer.headers
    assert desk.client.get("/desk/book/patient?q=grace").status_code == 404


def test_a_search_that_finds_nobody_says_what_to_do(desk: Browser, slot: Slot) -> None:
    answer = desk.htmx("/desk/book/patient", {"slot_id": str(slot.id), "q": "nobody"})
    assert "Nobody by that name yet" in answer.text


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("ada", "2 patients found"),
        ("ada queen", "1 patient found"),
        ("nobody", "Nobody by that name yet: enter who it is."),
        ("x" * 101, "Please use at most 100 characters; this has 101."),
    ],
)
def test_who_looks_for_a_patient_hears_what_was_found(
    desk: Browser, house: House, slot: Slot, typed: str, heard: str
) -> None:
    for name in ("Ada King", "Ada Queen"):
        house.person(name=name)
    answer = desk.htmx("/desk/book/patient", {"slot_id": str(slot.id), "q": typed})
    assert announced(answer) == heard


def test_who_is_shown_not_all_is_asked_for_another_letter(
    desk: Browser, house: House, slot: Slot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(11):
        house.person(name=f"Ada {number:02}")
    wanted = {"slot_id": str(slot.id), "q": "ada"}
    unshown = "Not all are shown: type more of the name, or the e-mail address."
    answer = desk.htmx("/desk/book/patient", wanted)
    assert announced(answer) == f"10 patients found {unshown}"
    monkeypatch.setattr(patients, "_MOST_NAMES", 1)
    house.person(name="Wolfeschlegelsteinhausen")
    answer = desk.htmx("/desk/book/patient", {**wanted, "q": "wolfeschlegelsteiner"})
    assert announced(answer) == unshown


def test_a_doctors_week_is_chosen_from(
    desk: Browser, house: House, doctor: User, slot: Slot
) -> None:
    house.slot(house.person(Role.DOCTOR))
    page = desk.get(f"/desk/book?doctor={doctor.id}")
    assert attributes(page, "data-slot-id") == [str(slot.id)]
    later = desk.get(f"/desk/book?doctor={doctor.id}&date={in_days(30)}")
    assert "No free times in these days" in later.text


def test_anyones_next_times_are_those_from_the_chosen_day_on(
    desk: Browser, house: House, slot: Slot
) -> None:
    other = house.person(Role.DOCTOR, "Dr. Ben Okoro")
    later = house.slot(other, day=in_days(21))
    day = in_days(20)
    page = desk.get(f"/desk/book?doctor=&date={day}")
    assert attributes(page, "data-slot-id") == [str(later.id)]
    assert f'value="{day}"' in page.text
    assert "No free times from this day on." in page.text
    assert f'href="/desk/book?doctor={other.id}&amp;date={day}"' in page.text
    assert attributes(desk.get("/desk/book"), "data-slot-id") == [str(slot.id), str(later.id)]
    counts = desk.get(f"/desk?date={day}").text
    assert f'data-count="free" href="/desk/book?date={day}"' in counts


def test_instead_of_a_doctor_who_has_left_others_are_offered(
    desk: Browser, house: House, doctor: User, slot: Slot
) -> None:
    house.run(deactivate(doctor.id, house.person(Role.ADMIN)))
    other = house.slot(house.person(Role.DOCTOR))
    page = desk.get(f"/desk/book?doctor={doctor.id}")
    assert message(page) == "! This doctor takes no more appointments."
    assert attributes(page, "data-slot-id") == [str(other.id)]
    assert desk.get(f"/desk/book?doctor={'0' * 24}").status_code == 404


def test_every_doctor_can_be_chosen_however_many_there_are(desk: Browser, house: House) -> None:
    staff = house.doctors(130, "Cardiology")
    house.run(known_doctors())
    house.run(known_doctor(staff[-1].id))
    with recorded_commands() as sent:
        page = desk.get(f"/desk/book?doctor={staff[-1].id}&date={in_days(7)}")
    assert len(sent) <= 2, sent  # who asks, and the week
    assert len(re.findall(r'<option value="\w{24}"', page.text)) == 130
    assert re.findall(r'<option value="(\w+)" selected', page.text) == [str(staff[-1].id)]


def test_the_button_beside_a_patient_books_at_once(
    desk: Browser, slot: Slot, house: House, run: Run
) -> None:
    ada, other = house.person(name="Ada King"), house.person(name="Ada Queen")
    found = desk.htmx("/desk/book/patient", {"slot_id": str(slot.id), "q": "ada"})
    assert attributes(found, "formaction") == [f"/desk/book?slot_id={slot.id}"] * 2
    answer = desk.post(
        f"/desk/book?slot_id={slot.id}", {"book_for": str(other.id), "patient_id": str(ada.id)}
    )
    assert answer.status_code == 303
    assert run(only(Appointment)).patient_id == other.id


def test_enter_asks_for_the_time_shown_also_when_it_has_gone(
    desk: Browser, house: House, doctor: User, slot: Slot, run: Run
) -> None:
    house.slot(doctor, start=time(9, 30))
    ask = f"/desk/book/patient?slot_id={slot.id}"
    assert _first_button(desk.get(ask)) == f'name="slot_id" value="{slot.id}"'
    run(book(slot.id, house.person()))
    assert _first_button(desk.get(ask)) == f'name="slot_id" value="{slot.id}"'


def _first_button(page: TestResponse) -> str:
    """Return what the button says that Enter presses in the form that books."""
    _, _, form = page.text.partition('action="/desk/book" ')
    return " ".join(re.findall(r'(?:name|value)="[^"]*"', re.findall(r"<button[^>]*>", form)[0]))


def test_a_name_and_a_specialty_do_not_run_together_in_a_language_that_runs_the_other_way(
    desk: Browser, slot: Slot
) -> None:
    page = desk.get(f"/desk/book/patient?slot_id={slot.id}", headers={"Accept-Language": "ar"})
    isolated = [f"\N{FIRST STRONG ISOLATE}{one}\N{POP DIRECTIONAL ISOLATE}"
                for one in (slot.doctor_name, slot.specialty)]  # fmt: skip
    assert "، ".join(isolated) in page.text
