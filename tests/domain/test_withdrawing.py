"""Withdrawing a slot."""

from datetime import time

import pytest

from domain import clock
from domain.actions.attendance import mark
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.withdrawing import withdraw_slot
from domain.documents import (
    Appointment,
    AppointmentStatus,
    Role,
    Slot,
    SlotStatus,
    User,
)
from domain.errors import AlreadyEnded, Invalid, NotFound, NoticeNeeded, SlotTaken, TooLate
from domain.events import AppointmentCancelled, ProposedTime, SlotDeleted
from domain.ids import new_id
from tests.domain.conftest import House, frozen, in_days, refused


@pytest.fixture
def appointment(house: House, slot: Slot, patient: User) -> Appointment:
    booked: Appointment = house.run(book(slot.id, patient))
    house.events.clear()
    return booked


def test_a_withdrawn_slot_says_when_by_whom_and_why(house: House, slot: Slot, doctor: User) -> None:
    before = clock.now()
    withdrawn = house.run(withdraw_slot(slot.id, doctor, reason=" A congress "))
    stored = house.now(slot)
    assert stored.model_dump() == withdrawn.model_dump()
    assert stored.status is SlotStatus.WITHDRAWN
    assert before <= stored.withdrawn_at <= clock.now()
    assert (stored.withdrawn_by, stored.withdrawal_reason) == (doctor.id, "A congress")


def test_a_withdrawal_stores_and_publishes_one_event(
    house: House, slot: Slot, doctor: User
) -> None:
    house.events.clear()
    house.run(withdraw_slot(slot.id, doctor, reason="A congress"))
    [event] = house.events
    assert house.recorded("slot.deleted") == [event]
    assert isinstance(event, SlotDeleted)
    assert (event.slot.doctor_email, event.reason) == (doctor.email, "A congress")
    assert event.cancelled_reference is None


def test_a_withdrawn_slot_cannot_be_booked_but_its_time_offered_again(
    house: House, slot: Slot, doctor: User, patient: User
) -> None:
    house.run(withdraw_slot(slot.id, doctor))
    with refused(house, SlotTaken):
        house.run(book(slot.id, patient))
    again = house.slot(doctor)
    assert (again.starts_at, again.id == slot.id) == (slot.starts_at, False)


def test_a_booked_slot_is_withdrawn_only_with_notice(
    house: House, slot: Slot, doctor: User, appointment: Appointment
) -> None:
    with refused(house, NoticeNeeded):
        house.run(withdraw_slot(slot.id, doctor))


@pytest.mark.parametrize(
    ("reason", "told"),
    [("A congress", "A congress"), ("", "The doctor is not available at this time.")],
)
def test_withdrawing_a_booked_slot_cancels_its_appointment(
    house: House, slot: Slot, doctor: User, appointment: Appointment, reason: str, told: str
) -> None:
    house.run(withdraw_slot(slot.id, doctor, notify=True, reason=reason))
    stored = house.now(appointment)
    assert stored.status is AppointmentStatus.CANCELLED
    assert (stored.cancelled_by, stored.cancellation_reason) == (doctor.id, told)
    assert house.now(slot).status is SlotStatus.WITHDRAWN


def test_both_facts_are_told_with_what_was_true_before(
    house: House, slot: Slot, doctor: User, patient: User, appointment: Appointment
) -> None:
    house.run(withdraw_slot(slot.id, doctor, notify=True))
    cancelled, deleted = house.events
    assert isinstance(cancelled, AppointmentCancelled)
    assert isinstance(deleted, SlotDeleted)
    assert cancelled.appointment.patient_email == patient.email
    assert cancelled.appointment.starts_at == deleted.slot.starts_at == slot.starts_at
    assert deleted.cancelled_reference == appointment.reference
    assert cancelled.actor.id == deleted.actor.id == doctor.id


def test_a_slot_is_not_withdrawn_from_anybody_whom_the_doctor_has_not_seen(
    house: House, slot: Slot, doctor: User, appointment: Appointment, patient: User
) -> None:
    house.run(cancel(appointment.id, patient))
    booked = house.run(book(slot.id, house.person()))
    with refused(house, SlotTaken):
        house.run(withdraw_slot(slot.id, doctor, notify=True, seen=appointment.id))
    house.run(withdraw_slot(slot.id, doctor, notify=True, seen=booked.id))
    assert house.now(booked).status == "cancelled"


@pytest.mark.parametrize("status", ["arrived", "completed", "missed"])
def test_a_slot_whose_patient_has_come_or_not_is_not_withdrawn(
    house: House,
    slot: Slot,
    doctor: User,
    receptionist: User,
    appointment: Appointment,
    status: str,
) -> None:
    house.run(mark(appointment.id, AppointmentStatus(status), receptionist))
    with refused(house, AlreadyEnded):
        house.run(withdraw_slot(slot.id, doctor, notify=True))


def test_what_is_withdrawn_cannot_be_withdrawn_again(
    house: House, slot: Slot, doctor: User
) -> None:
    house.run(withdraw_slot(slot.id, doctor))
    with refused(house, AlreadyEnded):
        house.run(withdraw_slot(slot.id, doctor))


def test_a_time_that_has_begun_is_not_withdrawn(house: House, slot: Slot, doctor: User) -> None:
    with frozen(slot.starts_at), refused(house, TooLate):
        house.run(withdraw_slot(slot.id, doctor))
    with frozen(slot.starts_at - clock.RESOLUTION):
        house.run(withdraw_slot(slot.id, doctor))


def test_only_its_doctor_withdraws_a_slot(house: House, slot: Slot, receptionist: User) -> None:
    for person in (house.person(Role.DOCTOR), receptionist, house.person()):
        with refused(house, NotFound):
            house.run(withdraw_slot(slot.id, person))


def test_an_unknown_slot_is_not_found(house: House, doctor: User) -> None:
    with refused(house, NotFound):
        house.run(withdraw_slot(new_id(), doctor))


def test_an_impossible_reason_withdraws_nothing(house: House, slot: Slot, doctor: User) -> None:
    with refused(house, Invalid) as refusal:
        house.run(withdraw_slot(slot.id, doctor, reason="x" * 501))
    assert set(refusal.value.fields) == {"reason"}


def test_neighbouring_slots_stay(house: House, slot: Slot, doctor: User) -> None:
    neighbours = [house.slot(doctor, start=start) for start in (time(8, 30), time(9, 30))]
    house.run(withdraw_slot(slot.id, doctor))
    assert [house.now(one).status for one in neighbours] == ["open", "open"]


def proposed(house: House) -> list[ProposedTime]:
    cancelled = house.events[0]
    assert isinstance(cancelled, AppointmentCancelled)
    return list(cancelled.proposed)


def test_the_nearest_free_times_are_proposed_when_asked_for(
    house: House, slot: Slot, doctor: User, appointment: Appointment
) -> None:
    near = [house.slot(doctor, start=time(hour)) for hour in (8, 10, 11, 12, 13)]
    house.slot(doctor, start=time(17))
    house.slot(house.person(Role.DOCTOR), start=time(9))
    house.events.clear()
    house.run(withdraw_slot(slot.id, doctor, notify=True, propose=True))
    assert [one.slot_id for one in proposed(house)] == [one.id for one in near]
    assert house.recorded("appointment.cancelled") == [house.events[0]]


def test_nothing_is_proposed_unasked_or_that_a_patient_may_not_book(
    house: House, slot: Slot, doctor: User, appointment: Appointment
) -> None:
    house.slot(doctor, day=in_days(200))
    other = house.slot(doctor, start=time(10))
    house.run(book(other.id, house.person()))
    again = house.run(book(house.slot(doctor, start=time(12)).id, house.person()))
    house.events.clear()
    house.run(withdraw_slot(slot.id, doctor, notify=True, propose=True))
    assert proposed(house) == []
    house.slot(doctor, start=time(15))
    house.events.clear()
    house.run(withdraw_slot(again.slot_id, doctor, notify=True))
    assert proposed(house) == []
