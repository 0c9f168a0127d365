"""Cancelling an appointment."""

from datetime import time, timedelta
from functools import partial

import pytest

from domain import clinic, clock
from domain.actions.attendance import mark
from domain.actions.booking import book
from domain.actions.cancelling import cancel, cancel_many, end
from domain.actions.moving import move
from domain.actions.restoring import restore
from domain.documents import (
    Appointment,
    AppointmentStatus,
    Role,
    Slot,
    SlotStatus,
    User,
)
from domain.errors import AlreadyEnded, Forbidden, Invalid, NotFound, TooLate
from domain.events import AppointmentCancelled
from domain.ids import new_id
from domain.outbox import transact
from tests.domain.conftest import House, frozen, in_days, refused

MOMENT = clock.RESOLUTION


@pytest.fixture
def appointment(house: House, slot: Slot, patient: User) -> Appointment:
    booked: Appointment = house.run(book(slot.id, patient, reason="A rash"))
    house.events.clear()
    return booked


def test_a_cancelled_appointment_leaves_its_slot_open(
    house: House, appointment: Appointment, slot: Slot, patient: User
) -> None:
    house.run(cancel(appointment.id, patient))
    assert house.now(slot).status is SlotStatus.OPEN
    assert house.run(book(slot.id, house.person())).slot_id == slot.id


def test_a_cancelled_appointment_says_when_by_whom_and_why(
    house: House, appointment: Appointment, receptionist: User
) -> None:
    before = clock.now()
    ended = house.run(cancel(appointment.id, receptionist, reason=" The doctor\r\nis ill "))
    stored = house.now(appointment)
    assert stored.model_dump() == ended.appointment.model_dump()
    assert stored.status is AppointmentStatus.CANCELLED
    assert before <= stored.cancelled_at <= clock.now()
    assert (stored.cancelled_by, stored.cancellation_reason) == (
        receptionist.id,
        "The doctor\nis ill",
    )
    assert (stored.reason, stored.sequence) == ("A rash", appointment.sequence + 1)


def test_a_cancellation_stores_and_publishes_one_event(
    house: House, appointment: Appointment, patient: User
) -> None:
    house.run(cancel(appointment.id, patient, reason="Better already"))
    [event] = house.events
    assert house.recorded("appointment.cancelled") == [event]
    assert isinstance(event, AppointmentCancelled)
    assert (event.reason, event.actor.id) == ("Better already", patient.id)
    assert event.appointment.patient_email == patient.email
    assert event.appointment.sequence == appointment.sequence + 1


def test_its_patient_its_doctor_and_the_desk_may_cancel(
    house: House, doctor: User, patient: User
) -> None:
    actors = [patient, doctor, house.person(Role.RECEPTIONIST), house.person(Role.ADMIN)]
    for number, actor in enumerate(actors):
        slot = house.slot(doctor, day=in_days(8 + number))
        booked = house.run(book(slot.id, patient))
        ended = house.run(cancel(booked.id, actor, reason="Ill"))
        assert ended.appointment.cancelled_by == actor.id


def test_it_is_nobody_elses_business(house: House, appointment: Appointment) -> None:
    for actor in (house.person(), house.person(Role.DOCTOR)):
        with refused(house, NotFound):
            house.run(cancel(appointment.id, actor, reason="Ill"))


def test_an_unknown_appointment_is_not_found(house: House, patient: User) -> None:
    with refused(house, NotFound):
        house.run(cancel(new_id(), patient))


@pytest.mark.parametrize("reason", ["", " \n ", "\u202e"])
def test_staff_must_say_why(
    house: House, appointment: Appointment, receptionist: User, doctor: User, reason: str
) -> None:
    for actor in (receptionist, doctor):
        with refused(house, Invalid) as refusal:
            house.run(cancel(appointment.id, actor, reason=reason))
        assert set(refusal.value.fields) == {"reason"}


@pytest.mark.parametrize("reason", ["x" * 501, "a\x00b", "a\ud800b"])
def test_an_impossible_reason_cancels_nothing(
    house: House, appointment: Appointment, patient: User, reason: str
) -> None:
    with refused(house, Invalid) as refusal:
        house.run(cancel(appointment.id, patient, reason=reason))
    assert set(refusal.value.fields) == {"reason"}


def test_the_cut_off_binds_patients_from_the_moment_after_it(
    house: House, appointment: Appointment, patient: User
) -> None:
    last = appointment.starts_at - clinic.current().cancel_cutoff
    with frozen(last + MOMENT), refused(house, TooLate):
        house.run(cancel(appointment.id, patient))
    with frozen(last):
        assert house.run(cancel(appointment.id, patient)).appointment.cancelled_at == last


def test_the_desk_may_cancel_until_the_appointment_is_over(
    house: House, appointment: Appointment, receptionist: User
) -> None:
    with frozen(appointment.ends_at), refused(house, TooLate):
        house.run(cancel(appointment.id, receptionist, reason="Ill"))
    with frozen(appointment.ends_at - MOMENT):
        house.run(cancel(appointment.id, receptionist, reason="Ill"))


@pytest.mark.parametrize(
    ("after_start", "status"),
    [(timedelta(0), SlotStatus.WITHDRAWN), (-MOMENT, SlotStatus.OPEN)],
)
def test_a_slot_that_has_begun_is_not_offered_again(
    house: House,
    appointment: Appointment,
    slot: Slot,
    receptionist: User,
    after_start: timedelta,
    status: SlotStatus,
) -> None:
    with frozen(slot.starts_at + after_start):
        house.run(cancel(appointment.id, receptionist, reason="Ill"))
    stored = house.now(slot)
    assert stored.status is status
    if status is SlotStatus.WITHDRAWN:
        assert (stored.withdrawn_at, stored.withdrawn_by, stored.withdrawal_reason) == (
            slot.starts_at,
            receptionist.id,
            "Ill",
        )


def test_what_is_cancelled_cannot_be_cancelled_again(
    house: House, appointment: Appointment, patient: User
) -> None:
    house.run(cancel(appointment.id, patient))
    with refused(house, AlreadyEnded) as refusal:
        house.run(cancel(appointment.id, patient))
    assert "already been cancelled" in str(refusal.value)


@pytest.mark.parametrize(
    ("status", "words"),
    [("arrived", "already arrived"), ("completed", "taken place"), ("missed", "missed")],
)
def test_what_has_gone_on_cannot_be_cancelled(
    house: House, appointment: Appointment, receptionist: User, status: str, words: str
) -> None:
    house.run(mark(appointment.id, AppointmentStatus(status), receptionist))
    with refused(house, AlreadyEnded) as refusal:
        house.run(cancel(appointment.id, receptionist, reason="Ill"))
    assert words in str(refusal.value)


def test_what_moved_away_and_back_is_not_cancelled_as_it_was_read(
    house: House, appointment: Appointment, slot: Slot, doctor: User, patient: User
) -> None:
    other = house.slot(doctor, start=time(10))
    house.run(move(appointment.id, other.id, patient))
    house.run(move(appointment.id, slot.id, patient))
    with refused(house, AlreadyEnded):
        house.run(transact(partial(end, appointment, patient, "")))


def test_several_are_cancelled_each_on_its_own(
    house: House, doctor: User, receptionist: User, patient: User
) -> None:
    slots = [house.slot(doctor, start=time(hour)) for hour in (9, 10, 11)]
    first, arrived, third = (house.run(book(slot.id, patient)) for slot in slots)
    house.run(mark(arrived.id, AppointmentStatus.ARRIVED, receptionist))
    unknown = new_id()
    ids = [first.id, arrived.id, unknown, third.id, first.id]
    outcomes = house.run(cancel_many(ids, receptionist, reason="The doctor is ill"))
    assert [(one, type(refusal)) for one, refusal in outcomes] == [
        (first.id, type(None)),
        (arrived.id, AlreadyEnded),
        (unknown, NotFound),
        (third.id, type(None)),
    ]
    assert house.kinds().count("appointment.cancelled") == 2
    assert house.now(arrived).status is AppointmentStatus.ARRIVED


def test_a_time_whose_doctor_is_away_is_not_offered_again(
    house: House, appointment: Appointment, slot: Slot, receptionist: User, doctor: User
) -> None:
    with refused(house, Forbidden):
        house.run(cancel(appointment.id, doctor, reason="Ill", closing=True))
    house.run(cancel_many([appointment.id], receptionist, reason="Ill", closing=True))
    closed = house.now(slot)
    assert (closed.status, closed.withdrawn_by) == (SlotStatus.WITHDRAWN, receptionist.id)
    house.run(restore(appointment.id, receptionist))
    assert house.now(slot).status is SlotStatus.BOOKED


def test_the_nearest_times_are_proposed_and_none_of_those_that_go_as_well(
    house: House, appointment: Appointment, doctor: User, receptionist: User
) -> None:
    other = house.run(book(house.slot(doctor, start=time(10)).id, house.person()))
    free = [house.slot(doctor, day=in_days(8), start=time(hour)) for hour in (9, 10)]
    elsewhere = house.slot(house.person(Role.DOCTOR), start=time(11))
    house.events.clear()
    house.run(cancel_many([appointment.id, other.id], receptionist, reason="Ill", propose=True))
    for event in house.events:
        assert isinstance(event, AppointmentCancelled)
        assert [time.slot_id for time in event.proposed] == [slot.id for slot in free]
        assert elsewhere.id not in {time.slot_id for time in event.proposed}
    assert len(house.events) == 2
