"""Looking at a time and booking it."""

from datetime import time, timedelta
from typing import Any

import pytest

from domain import clinic
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.withdrawing import withdraw_slot
from domain.documents import Appointment, Role, Slot, SlotStatus, User
from tests.conftest import Run
from tests.domain.conftest import House, frozen, in_days
from tests.webapp.browsing import HTMX, Browser, attributes, hidden, message, only
from tests.webapp.conftest import SignIn


def test_a_patient_books_and_gets_the_proof(
    signed_in: SignIn, patient: User, slot: Slot, run: Run
) -> None:
    browser = signed_in(patient)
    fields = hidden(browser.get(f"/slots/{slot.id}"))
    answer = browser.client.post(f"/slots/{slot.id}/book", data={**fields, "reason": "A rash"})
    booked = run(only(Appointment))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/appointments/{booked.id}")
    proof = browser.get(answer.headers["Location"])
    assert booked.reference in message(proof)
    assert attributes(proof, "data-appointment-id") == [str(booked.id)]
    assert attributes(proof, "data-status") == ["booked"]
    assert "A rash" in proof.text


def test_htmx_gets_the_proof_in_place_and_its_address(
    signed_in: SignIn, patient: User, slot: Slot, run: Run
) -> None:
    answer = signed_in(patient).htmx(f"/slots/{slot.id}/book")
    booked = run(only(Appointment))
    assert answer.status_code == 200
    assert answer.headers["HX-Push-Url"] == f"/appointments/{booked.id}"
    assert "<html" not in answer.text
    assert 'hx-swap-oob="innerHTML"' in answer.text
    assert booked.reference in answer.text


def test_a_visitor_sees_the_time_and_the_way_to_sign_in(browser: Browser, slot: Slot) -> None:
    page = browser.get(f"/slots/{slot.id}")
    assert page.status_code == 200
    assert f"/login?next=/slots/{slot.id}" in attributes(page, "href")
    answer = browser.post(
        f"/slots/{slot.id}/book", headers={"Referer": f"http://localhost/slots/{slot.id}"}
    )
    assert answer.headers["Location"] == f"/login?next=/slots/{slot.id}"


def test_the_paper_of_a_free_time_says_that_it_is_not_booked(
    browser: Browser, signed_in: SignIn, patient: User, slot: Slot
) -> None:
    for window in (browser, signed_in(patient)):
        page = window.get(f"/slots/{slot.id}").text
        assert 'only-print" data-why>Not booked yet, and not held for you.</p>' in page


@pytest.mark.parametrize("options", [{}, {"headers": HTMX}], ids=["page", "fragment"])
def test_who_is_too_late_keeps_the_words_and_sees_the_nearest_times(
    signed_in: SignIn,
    house: House,
    patient: User,
    doctor: User,
    slot: Slot,
    run: Run,
    options: dict[str, Any],
) -> None:
    near = [house.slot(doctor, start=time(hour)) for hour in (8, 10)]
    run(book(slot.id, house.person()))
    answer = signed_in(patient).post(f"/slots/{slot.id}/book", {"reason": "My “knee”"}, **options)
    assert answer.status_code == 409
    assert "has just been taken" in message(answer)
    assert "This time has just been taken." in answer.text.partition("<h1")[2]  # for paper
    assert "My “knee”</textarea>" in answer.text
    for other in near:
        assert f"/slots/{other.id}/book" in attributes(answer, "formaction")
    assert run(Slot.get(near[0].id)).status is SlotStatus.OPEN


def test_the_offered_time_is_booked_with_the_words_that_were_kept(
    signed_in: SignIn, house: House, patient: User, doctor: User, slot: Slot, run: Run
) -> None:
    other = house.slot(doctor, start=time(10))
    run(withdraw_slot(slot.id, doctor))
    browser = signed_in(patient)
    refused = browser.post(f"/slots/{slot.id}/book", {"reason": "Knee", "idempotency_key": "once"})
    fields = hidden(refused)
    assert fields["idempotency_key"] != "once"
    answer = browser.client.post(f"/slots/{other.id}/book", data={**fields, "reason": "Knee"})
    assert answer.status_code == 303
    assert run(only(Appointment)).slot_id == other.id


def test_the_same_form_twice_is_one_booking(
    signed_in: SignIn, patient: User, slot: Slot, run: Run
) -> None:
    browser = signed_in(patient)
    fields = hidden(browser.get(f"/slots/{slot.id}"))
    answers = [browser.client.post(f"/slots/{slot.id}/book", data=fields) for _ in range(3)]
    assert {answer.headers["Location"] for answer in answers} == {
        f"/appointments/{run(only(Appointment)).id}"
    }


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_form_whose_booking_was_cancelled_has_to_be_sent_once_more(
    signed_in: SignIn, patient: User, slot: Slot, run: Run, headers: dict[str, str]
) -> None:
    browser = signed_in(patient)
    fields = hidden(browser.get(f"/slots/{slot.id}")) | {"reason": "Knee"}
    browser.client.post(f"/slots/{slot.id}/book", data=fields)
    run(cancel(run(only(Appointment)).id, patient))
    refused = browser.client.post(f"/slots/{slot.id}/book", data=fields, headers=headers)
    assert refused.status_code == 409
    assert "has been cancelled since" in refused.text
    assert "Knee</textarea>" in refused.text
    fields |= {"idempotency_key": hidden(refused)["idempotency_key"]}
    assert browser.client.post(f"/slots/{slot.id}/book", data=fields).status_code == 303
    assert run(Slot.get(slot.id)).status is SlotStatus.BOOKED


def test_the_same_form_with_other_words_is_refused(
    signed_in: SignIn, patient: User, slot: Slot, run: Run
) -> None:
    browser = signed_in(patient)
    browser.post(f"/slots/{slot.id}/book", {"idempotency_key": "k", "reason": "one"})
    answer = browser.post(f"/slots/{slot.id}/book", {"idempotency_key": "k", "reason": "two"})
    assert answer.status_code == 422
    assert run(only(Appointment)).reason == "one"


def test_who_holds_the_time_is_told_so(
    signed_in: SignIn, patient: User, slot: Slot, run: Run
) -> None:
    booked = run(book(slot.id, patient))
    browser = signed_in(patient)
    refused = browser.post(f"/slots/{slot.id}/book")
    assert "booked this time already" in message(refused)
    for page in (browser.get(f"/slots/{slot.id}"), refused):
        assert "You have booked this time" in page.text
        assert f"/appointments/{booked.id}" in attributes(page, "href")


def test_a_time_that_is_gone_says_so_without_saying_who_has_it(
    browser: Browser, house: House, slot: Slot, run: Run
) -> None:
    other = house.person(name="Secret Holder")
    run(book(slot.id, other))
    page = browser.get(f"/slots/{slot.id}")
    assert page.status_code == 200
    assert "no longer free" in page.text
    assert "Secret" not in page.text


def test_a_booked_time_and_a_withdrawn_one_look_alike(
    browser: Browser, house: House, doctor: User, slot: Slot, run: Run
) -> None:
    other = house.slot(doctor, start=time(11))
    run(book(slot.id, house.person()))
    run(withdraw_slot(other.id, doctor))
    pages = [browser.get(f"/slots/{one.id}") for one in (slot, other)]
    assert [attributes(page, "data-status")[0] for page in pages] == ["gone", "gone"]
    for page in pages:
        assert "booked" not in page.text
        assert "withdrawn" not in page.text


def test_two_appointments_at_one_time_are_refused(
    signed_in: SignIn, house: House, patient: User, slot: Slot, run: Run
) -> None:
    run(book(slot.id, patient))
    other = house.slot(house.person(Role.DOCTOR))
    answer = signed_in(patient).post(f"/slots/{other.id}/book")
    assert answer.status_code == 409
    assert "another appointment" in message(answer)


def test_a_time_too_far_ahead_is_refused(
    signed_in: SignIn, house: House, doctor: User, patient: User
) -> None:
    far = house.slot(doctor, day=in_days(clinic.current().booking_horizon.days + 5))
    assert signed_in(patient).post(f"/slots/{far.id}/book").status_code == 409


def test_what_is_too_soon_or_too_far_to_be_booked_is_not_offered_but_said(
    signed_in: SignIn, browser: Browser, house: House, doctor: User, patient: User, slot: Slot
) -> None:
    practice = clinic.current()
    far = house.slot(doctor, day=in_days(practice.booking_horizon.days + 20))
    free = house.slot(doctor, start=time(14))
    soon = slot.starts_at - practice.min_notice
    for moment, gone, words in (
        (soon + timedelta(minutes=1), slot, "too soon to be booked online"),
        (slot.starts_at + timedelta(minutes=1), slot, "too soon to be booked online"),
        (soon, far, "too far ahead to be booked yet"),
    ):
        with frozen(moment):
            for who in (browser, signed_in(patient)):
                page = who.get(f"/slots/{gone.id}")
                assert (page.status_code, words in page.text) == (200, True)
                assert attributes(page, "data-status")[0] == "gone"
                assert "This time cannot be booked" in page.text
                assert f"/slots/{gone.id}/book" not in page.text
                assert (f"/slots/{free.id}" in page.text) is (gone is slot)
    with frozen(soon):
        page = signed_in(patient).get(f"/slots/{slot.id}")
        assert attributes(page, "data-status") == ["open"]


def test_staff_see_a_time_as_free_until_it_has_ended(
    signed_in: SignIn, house: House, slot: Slot
) -> None:
    for moment, status in ((slot.starts_at, "open"), (slot.ends_at, "gone")):
        with frozen(moment):
            staff = signed_in(house.person(Role.RECEPTIONIST))
            assert attributes(staff.get(f"/slots/{slot.id}"), "data-status")[0] == status
