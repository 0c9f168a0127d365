"""Booking a slot."""

import asyncio
from datetime import time, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine

from domain import clinic, clock
from domain.actions.booking import book, book_for_newcomer
from domain.actions.cancelling import cancel
from domain.actions.moving import move
from domain.actions.withdrawing import withdraw_slot
from domain.changing import change_one
from domain.documents import (
    Appointment,
    EventRecord,
    Role,
    Slot,
    SlotStatus,
    User,
)
from domain.errors import (
    AlreadyEnded,
    Forbidden,
    Invalid,
    NotFound,
    PatientBusy,
    SlotTaken,
    TooLate,
)
from domain.events import AppointmentCreated, from_record
from domain.ids import new_id
from tests.conftest import Run
from tests.domain.conftest import House, frozen, in_days, refused


def test_a_booked_slot_is_not_free_any_more(run: Run, slot: Slot, patient: User) -> None:
    run(book(slot.id, patient))
    assert run(Slot.get(slot.id)).status is SlotStatus.BOOKED


def test_an_appointment_keeps_what_it_was_booked_with(run: Run, slot: Slot, patient: User) -> None:
    booked = run(book(slot.id, patient, reason="  A rash\r\non the arm "))
    stored = run(Appointment.get(booked.id))
    assert stored.model_dump() == booked.model_dump()
    assert stored.reason == "A rash\non the arm"
    assert (stored.doctor_name, stored.patient_email) == (slot.doctor_name, patient.email)
    assert (stored.starts_at, stored.wall_start, stored.zone) == (
        slot.starts_at,
        f"{in_days(7)}T09:00",
        "Europe/Berlin",
    )


def test_a_booking_stores_and_publishes_one_event(house: House, slot: Slot, patient: User) -> None:
    house.events.clear()
    booked = house.run(book(slot.id, patient))
    [record] = house.run(EventRecord.find({"subject_id": booked.id}).to_list())
    [event] = house.events
    assert from_record(record) == event
    assert isinstance(event, AppointmentCreated)
    assert event.appointment.patient_email == patient.email
    assert event.appointment.starts_at == slot.starts_at


def test_second_patient_cannot_take_the_same_slot(house: House, slot: Slot, patient: User) -> None:
    house.run(book(slot.id, patient))
    house.events.clear()
    with pytest.raises(SlotTaken):
        house.run(book(slot.id, house.person()))
    assert house.events == []
    assert house.run(Appointment.count()) == 1


def test_a_patient_cannot_be_in_two_places(house: House, slot: Slot, patient: User) -> None:
    other = house.slot(house.person(Role.DOCTOR), start=time(9, 25))
    house.run(book(slot.id, patient))
    with pytest.raises(PatientBusy):
        house.run(book(other.id, patient))
    assert house.run(Slot.get(other.id)).status is SlotStatus.OPEN


def test_an_unknown_slot_is_not_found(run: Run, patient: User) -> None:
    with pytest.raises(NotFound):
        run(book(new_id(), patient))


def test_minimum_notice_binds_patients_but_not_the_desk(
    house: House, slot: Slot, patient: User, receptionist: User
) -> None:
    with time_machine.travel(slot.starts_at - timedelta(minutes=119)):
        with pytest.raises(TooLate):
            house.run(book(slot.id, patient))
        assert house.run(book(slot.id, patient, actor=receptionist)).patient_id == patient.id


def test_the_booking_horizon_binds_patients(house: House, doctor: User, patient: User) -> None:
    far = house.slot(doctor, day=in_days(91))
    with pytest.raises(TooLate):
        house.run(book(far.id, patient))
    clinic.configure(clinic.Clinic(booking_horizon=timedelta(days=92)))
    assert house.run(book(far.id, patient)).slot_id == far.id


def test_nobody_books_a_time_that_has_passed(
    house: House, slot: Slot, patient: User, receptionist: User
) -> None:
    with time_machine.travel(slot.ends_at), pytest.raises(TooLate):
        house.run(book(slot.id, patient, actor=receptionist))


def test_only_the_desk_books_for_somebody_else(house: House, slot: Slot, patient: User) -> None:
    for actor in (house.person(), house.person(Role.DOCTOR)):
        with pytest.raises(Forbidden):
            house.run(book(slot.id, patient, actor=actor))


def test_staff_cannot_be_patients(house: House, slot: Slot, receptionist: User) -> None:
    with pytest.raises(Forbidden):
        house.run(book(slot.id, receptionist))


@pytest.mark.parametrize("reason", ["x" * 501, "a\x00b", "a\ud800b"])
def test_an_impossible_reason_writes_nothing(
    run: Run, slot: Slot, patient: User, reason: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        run(book(slot.id, patient, reason=reason))
    assert "reason" in refusal.value.fields
    assert run(Appointment.count()) == 0


def test_the_same_key_and_body_answer_with_the_same_booking(
    house: House, slot: Slot, patient: User
) -> None:
    first = house.run(book(slot.id, patient, reason="Rash", idempotency_key="k1"))
    again = [
        house.run(book(slot.id, patient, reason="Rash", idempotency_key="k1")) for _ in range(20)
    ]
    assert {one.id for one in again} == {first.id}
    assert house.run(Appointment.count()) == 1
    assert house.kinds().count("appointment.created") == 1


def test_the_same_key_with_another_body_is_refused(
    house: House, doctor: User, slot: Slot, patient: User
) -> None:
    other = house.slot(doctor, start=time(10))
    house.run(book(slot.id, patient, reason="Rash", idempotency_key="k1"))
    with pytest.raises(Invalid):
        house.run(book(slot.id, patient, reason="Other", idempotency_key="k1"))
    with pytest.raises(Invalid):
        house.run(book(other.id, patient, reason="Rash", idempotency_key="k1"))
    assert house.run(Slot.get(other.id)).status is SlotStatus.OPEN


def test_another_patients_key_is_their_own(house: House, slot: Slot, patient: User) -> None:
    house.run(book(slot.id, patient, idempotency_key="k1"))
    with pytest.raises(SlotTaken):
        house.run(book(slot.id, house.person(), idempotency_key="k1"))


def test_a_newcomer_at_the_desk_becomes_a_patient(run: Run, slot: Slot, receptionist: User) -> None:
    booked = run(
        book_for_newcomer(slot.id, actor=receptionist, name="Ada", email="Ada@Example.org")
    )
    person = run(User.get(booked.patient_id))
    assert (person.email, person.role, person.password_hash) == (
        "ada@example.org",
        Role.PATIENT,
        None,
    )


def test_a_refused_booking_leaves_no_newcomer_behind(
    run: Run, slot: Slot, patient: User, receptionist: User
) -> None:
    run(book(slot.id, patient))
    with pytest.raises(SlotTaken):
        run(book_for_newcomer(slot.id, actor=receptionist, name="Ada", email="ada@example.org"))
    assert run(User.find({"email": "ada@example.org"}).count()) == 0


def test_a_known_address_at_the_desk_is_that_patient(
    run: Run, slot: Slot, patient: User, receptionist: User
) -> None:
    booked = run(book_for_newcomer(slot.id, actor=receptionist, name="Other", email=patient.email))
    assert (booked.patient_id, booked.patient_name) == (patient.id, patient.name)


def test_an_address_of_staff_is_refused_at_the_desk(
    run: Run, slot: Slot, doctor: User, receptionist: User
) -> None:
    with pytest.raises(Invalid):
        run(book_for_newcomer(slot.id, actor=receptionist, name="Other", email=doctor.email))


def test_the_moment_of_booking_is_stored(run: Run, slot: Slot, patient: User) -> None:
    before = clock.now()
    booked = run(book(slot.id, patient))
    assert before <= booked.created_at <= clock.now()


def test_a_form_sent_again_answers_the_same_whatever_has_become_of_it(
    house: House, doctor: User, slot: Slot, patient: User
) -> None:
    again = partial(book, slot.id, patient, reason="Rash", idempotency_key="k1")
    first = house.run(again())
    house.run(move(first.id, house.slot(doctor, start=time(9, 30)).id, patient))
    assert house.run(again()).id == first.id
    clashing = house.slot(house.person(Role.DOCTOR), start=time(9, 20))
    house.run(move(first.id, clashing.id, patient))
    assert house.run(again()).id == first.id
    house.run(book(slot.id, house.person()))
    assert house.run(again()).id == first.id
    house.run(withdraw_slot(slot.id, doctor, notify=True))
    assert house.run(again()).id == first.id
    assert house.kinds().count("appointment.created") == 2


def test_a_form_whose_booking_was_cancelled_books_nothing_and_says_so(
    house: House, slot: Slot, patient: User
) -> None:
    again = partial(book, slot.id, patient, idempotency_key="k1")
    house.run(cancel(house.run(again()).id, patient))
    with refused(house, AlreadyEnded):
        house.run(again())
    house.run(book(slot.id, patient, idempotency_key="k2"))
    with refused(house, SlotTaken):
        house.run(again())


def test_nor_does_it_where_the_patient_is_elsewhere_by_now(
    house: House, slot: Slot, patient: User
) -> None:
    again = partial(book, slot.id, patient, idempotency_key="k1")
    house.run(cancel(house.run(again()).id, patient))
    house.run(book(house.slot(house.person(Role.DOCTOR)).id, patient))
    with pytest.raises((AlreadyEnded, PatientBusy)):
        house.run(again())
    assert house.now(slot).status is SlotStatus.OPEN


def test_a_form_sent_again_answers_the_same_when_it_would_be_too_late(
    house: House, slot: Slot, patient: User
) -> None:
    first = house.run(book(slot.id, patient, idempotency_key="k1"))
    with frozen(slot.ends_at):
        assert house.run(book(slot.id, patient, idempotency_key="k1")).id == first.id


@pytest.mark.parametrize("key", ["x" * 101, "a\x00b"])
def test_an_impossible_key_is_refused(house: House, slot: Slot, patient: User, key: str) -> None:
    with refused(house, Invalid) as refusal:
        house.run(book(slot.id, patient, idempotency_key=key))
    assert set(refusal.value.fields) == {"idempotency_key"}


def test_forms_without_a_key_never_answer_for_each_other(
    house: House, doctor: User, patient: User
) -> None:
    slots = [house.slot(doctor, start=time(hour)) for hour in (9, 10)]
    booked = [house.run(book(slot.id, patient, idempotency_key="")) for slot in slots]
    assert len({one.id for one in booked}) == 2


def test_notice_and_horizon_count_to_the_moment(house: House, doctor: User, patient: User) -> None:
    practice = clinic.current()
    near, far = house.slot(doctor), house.slot(doctor, day=in_days(101))
    edges = [
        (near, near.starts_at - practice.min_notice, clock.RESOLUTION),
        (far, far.starts_at - practice.booking_horizon, -clock.RESOLUTION),
    ]
    for slot, last, beyond in edges:
        with frozen(last + beyond), refused(house, TooLate):
            house.run(book(slot.id, patient))
        with frozen(last):
            house.run(book(slot.id, patient))


def test_the_desk_books_until_a_time_is_over(
    house: House, slot: Slot, patient: User, receptionist: User
) -> None:
    with frozen(slot.ends_at), refused(house, TooLate):
        house.run(book(slot.id, patient, actor=receptionist))
    with frozen(slot.ends_at - clock.RESOLUTION):
        house.run(book(slot.id, patient, actor=receptionist))


def test_nobody_is_booked_for_on_a_closed_account(
    house: House, slot: Slot, patient: User, receptionist: User
) -> None:
    house.run(change_one(User, {"_id": patient.id}, {"$set": {"active": False}}))
    with refused(house, Invalid) as refusal:
        house.run(book_for_newcomer(slot.id, actor=receptionist, name="Ada", email=patient.email))
    assert set(refusal.value.fields) == {"email"}


def test_all_that_is_wrong_with_a_newcomer_is_named(
    house: House, slot: Slot, receptionist: User
) -> None:
    with refused(house, Invalid) as refusal:
        house.run(book_for_newcomer(slot.id, actor=receptionist, name="", email="x", phone="\x07"))
    assert set(refusal.value.fields) == {"name", "email", "phone"}


def entered_at_once(house: House, slots: list[Slot], actor: User, key: str | None) -> list[Any]:
    async def all_of_them() -> list[Any]:
        form = {"name": "Ada", "email": "ada@example.org", "idempotency_key": key}
        bookings = (book_for_newcomer(slot.id, actor=actor, **form) for slot in slots)
        return await asyncio.gather(*bookings, return_exceptions=True)

    outcomes: list[Any] = house.run(all_of_them())
    return outcomes


def test_two_newcomers_with_one_address_are_one_person(
    house: House, doctor: User, receptionist: User
) -> None:
    slots = [house.slot(doctor, start=time(hour)) for hour in (9, 10)]
    outcomes = entered_at_once(house, slots, receptionist, None)
    assert {one.slot_id for one in outcomes} == {slot.id for slot in slots}
    [ada] = house.run(User.find({"email": "ada@example.org"}).to_list())
    assert {one.patient_id for one in outcomes} == {ada.id}


def test_a_newcomers_form_that_is_sent_often_at_once_is_one_booking(
    house: House, slot: Slot, receptionist: User
) -> None:
    outcomes = entered_at_once(house, [slot] * 10, receptionist, "k1")
    assert len({one.id for one in outcomes}) == 1
    assert house.run(User.find({"email": "ada@example.org"}).count()) == 1
    assert house.kinds().count("appointment.created") == 1


@pytest.mark.parametrize("role", [Role.PATIENT, Role.DOCTOR])
def test_only_the_desk_books_for_newcomers(house: House, slot: Slot, role: Role) -> None:
    actor = house.person(role)
    with refused(house, Forbidden):
        house.run(book_for_newcomer(slot.id, actor=actor, name="Ada", email="ada@example.org"))


def test_a_newcomers_form_sent_twice_books_once(run: Run, slot: Slot, receptionist: User) -> None:
    form = {"name": "Ada", "email": "ada@example.org", "idempotency_key": "k1"}
    first = run(book_for_newcomer(slot.id, actor=receptionist, **form))
    assert run(book_for_newcomer(slot.id, actor=receptionist, **form)).id == first.id
    assert run(Appointment.count()) == 1


def test_a_newcomer_is_not_booked_into_an_unknown_or_past_time(
    house: House, slot: Slot, receptionist: User
) -> None:
    newcomer = {"actor": receptionist, "name": "Ada", "email": "ada@example.org"}
    with refused(house, NotFound):
        house.run(book_for_newcomer(new_id(), **newcomer))
    with frozen(slot.ends_at), refused(house, TooLate):
        house.run(book_for_newcomer(slot.id, **newcomer))


def test_a_doctor_who_has_left_is_booked_no_more(
    house: House, doctor: User, patient: User, receptionist: User
) -> None:
    kept, wanted = house.slot(doctor), house.slot(doctor, start=time(11))
    appointment = house.run(book(kept.id, patient))
    house.run(change_one(User, {"_id": doctor.id}, {"$set": {"active": False}}))
    for attempt in (
        lambda: book(wanted.id, patient),
        lambda: book(wanted.id, patient, actor=receptionist),
        lambda: book_for_newcomer(
            wanted.id, actor=receptionist, name="Bob", email="bob@example.org"
        ),
        lambda: move(appointment.id, wanted.id, patient),
    ):
        with refused(house, SlotTaken):
            house.run(attempt())
