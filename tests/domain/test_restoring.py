"""Taking a cancellation back."""

from datetime import time

import pytest

from domain import clock
from domain.actions.booking import book
from domain.actions.cancelling import Cancellation, cancel
from domain.actions.erasing import erase
from domain.actions.restoring import RESTORABLE_FOR, can_restore, restore, restore_many
from domain.documents import Appointment, AppointmentStatus, Role, Slot, SlotStatus, User
from domain.errors import Conflict, Forbidden, NotFound, PatientBusy, SlotTaken, TooLate
from domain.ids import new_id
from tests.domain.conftest import House, frozen, refused


@pytest.fixture
def cancelled(house: House, slot: Slot, patient: User, receptionist: User) -> Appointment:
    booked = house.run(book(slot.id, patient, reason="A rash"))
    ended: Cancellation = house.run(cancel(booked.id, receptionist, reason="The doctor is ill"))
    house.events.clear()
    return ended.appointment


def test_who_cancelled_can_undo_it_and_the_appointment_stands_as_it_was(
    house: House, cancelled: Appointment, slot: Slot, receptionist: User
) -> None:
    restored = house.run(restore(cancelled.id, receptionist))
    stored = house.now(cancelled)
    assert stored.model_dump() == restored.model_dump()
    assert (stored.status, stored.reason) == (AppointmentStatus.BOOKED, "A rash")
    assert (stored.cancelled_at, stored.cancelled_by, stored.cancellation_reason) == (
        None,
        None,
        "",
    )
    assert stored.sequence == cancelled.sequence + 1
    assert house.now(slot).status is SlotStatus.BOOKED


def test_it_is_one_event_and_one_message(
    house: House, cancelled: Appointment, receptionist: User
) -> None:
    house.run(restore(cancelled.id, receptionist))
    [event] = house.events
    assert house.recorded("appointment.restored") == [event]
    assert event.actor.id == receptionist.id
    assert event.subject_id == cancelled.id


def test_nobody_else_can_undo_it(
    house: House, cancelled: Appointment, patient: User, doctor: User
) -> None:
    for actor in (patient, doctor, house.person(Role.RECEPTIONIST)):
        assert not can_restore(cancelled, actor)
        with refused(house, Forbidden):
            house.run(restore(cancelled.id, actor))
    stranger = house.person()
    with refused(house, NotFound):
        house.run(restore(cancelled.id, stranger))


def test_a_patient_undoes_their_own(house: House, slot: Slot, patient: User) -> None:
    booked = house.run(book(slot.id, patient))
    house.run(cancel(booked.id, patient))
    assert house.run(restore(booked.id, patient)).status is AppointmentStatus.BOOKED


def test_there_is_a_time_for_it(house: House, cancelled: Appointment, receptionist: User) -> None:
    until = cancelled.cancelled_at + RESTORABLE_FOR
    with frozen(until + clock.RESOLUTION):
        assert not can_restore(cancelled, receptionist)
        with refused(house, TooLate):
            house.run(restore(cancelled.id, receptionist))
    with frozen(until):
        assert can_restore(cancelled, receptionist)
        assert house.run(restore(cancelled.id, receptionist)).status is AppointmentStatus.BOOKED


def test_a_time_that_somebody_else_has_by_now_stays_theirs(
    house: House, cancelled: Appointment, slot: Slot, receptionist: User
) -> None:
    house.run(book(slot.id, house.person()))
    with refused(house, SlotTaken):
        house.run(restore(cancelled.id, receptionist))


def test_a_patient_who_has_booked_at_that_time_elsewhere_is_not_in_two_places(
    house: House, cancelled: Appointment, patient: User, receptionist: User
) -> None:
    house.run(book(house.slot(house.person(Role.DOCTOR)).id, patient))
    with refused(house, PatientBusy):
        house.run(restore(cancelled.id, receptionist))


def test_a_time_that_had_begun_is_held_again(
    house: House, slot: Slot, patient: User, receptionist: User
) -> None:
    booked = house.run(book(slot.id, patient))
    with frozen(booked.starts_at):
        house.run(cancel(booked.id, receptionist, reason="Called away"))
        assert house.now(slot).status is SlotStatus.WITHDRAWN
        house.run(restore(booked.id, receptionist))
    held = house.now(slot)
    assert (held.status, held.withdrawn_at, held.withdrawal_reason) == (SlotStatus.BOOKED, None, "")


def test_what_is_not_cancelled_cannot_be_restored(
    house: House, cancelled: Appointment, receptionist: User
) -> None:
    house.run(restore(cancelled.id, receptionist))
    with refused(house, Conflict):
        house.run(restore(cancelled.id, receptionist))
    with refused(house, NotFound):
        house.run(restore(new_id(), receptionist))


def test_each_of_many_is_restored_on_its_own(
    house: House, cancelled: Appointment, slot: Slot, doctor: User, receptionist: User
) -> None:
    other = house.run(book(house.slot(doctor, start=time(10)).id, house.person()))
    house.run(cancel(other.id, receptionist, reason="Ill"))
    house.run(book(slot.id, house.person()))
    outcomes = dict(house.run(restore_many([cancelled.id, other.id, other.id], receptionist)))
    assert isinstance(outcomes[cancelled.id], SlotTaken)
    assert outcomes[other.id] is None
    assert house.now(other).status is AppointmentStatus.BOOKED


def test_an_appointment_of_somebody_who_was_erased_does_not_stand_again(
    house: House, cancelled: Appointment, patient: User, receptionist: User
) -> None:
    house.run(erase(house.now(patient), actor=patient))
    with refused(house, Conflict):
        house.run(restore(cancelled.id, receptionist))
