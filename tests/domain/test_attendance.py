"""Noting what became of a visit."""

from itertools import product

import pytest

from domain.actions.attendance import NEXT_STATUSES, mark
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.changing import change_one
from domain.documents import Appointment, AppointmentStatus, Role, Slot, SlotStatus, User
from domain.errors import Conflict, Forbidden, Invalid, NotFound, SlotTaken
from domain.events import AppointmentMarked
from domain.ids import new_id
from tests.domain.conftest import House, refused

ALLOWED = {
    ("booked", "arrived"),
    ("booked", "completed"),
    ("booked", "missed"),
    ("arrived", "booked"),
    ("arrived", "completed"),
    ("arrived", "missed"),
    ("completed", "booked"),
    ("completed", "arrived"),
    ("missed", "booked"),
    ("missed", "arrived"),
}


@pytest.fixture
def appointment(house: House, slot: Slot, patient: User) -> Appointment:
    booked: Appointment = house.run(book(slot.id, patient))
    house.events.clear()
    return booked


def set_status(house: House, appointment: Appointment, status: str) -> None:
    house.run(change_one(Appointment, {"_id": appointment.id}, {"$set": {"status": status}}))


@pytest.mark.parametrize(("before", "after"), list(product(AppointmentStatus, repeat=2)))
def test_a_status_follows_from_some_and_not_from_others(
    house: House,
    appointment: Appointment,
    receptionist: User,
    before: AppointmentStatus,
    after: AppointmentStatus,
) -> None:
    set_status(house, appointment, before.value)
    if (before.value, after.value) in ALLOWED:
        marked = house.run(mark(appointment.id, after, receptionist))
        assert house.now(appointment).model_dump() == marked.model_dump()
        assert marked.status is after
    elif after is AppointmentStatus.CANCELLED:
        with refused(house, Invalid) as refusal:
            house.run(mark(appointment.id, after, receptionist))
        assert set(refusal.value.fields) == {"status"}
    else:
        with refused(house, Conflict):
            house.run(mark(appointment.id, after, receptionist))


def test_every_status_has_its_followers() -> None:
    assert set(NEXT_STATUSES) == set(AppointmentStatus)


def test_a_mark_stores_and_publishes_one_event(
    house: House, appointment: Appointment, doctor: User
) -> None:
    house.run(mark(appointment.id, AppointmentStatus.ARRIVED, doctor))
    [event] = house.events
    assert house.recorded("appointment.marked") == [event]
    assert isinstance(event, AppointmentMarked)
    assert (event.previous_status, event.status, event.actor.id) == ("booked", "arrived", doctor.id)
    assert event.appointment.sequence == appointment.sequence


def test_its_doctor_and_the_desk_mark_it(
    house: House, appointment: Appointment, doctor: User
) -> None:
    for actor in (doctor, house.person(Role.RECEPTIONIST), house.person(Role.ADMIN)):
        house.run(mark(appointment.id, AppointmentStatus.ARRIVED, actor))
        house.run(mark(appointment.id, AppointmentStatus.BOOKED, actor))


def test_patients_mark_nothing(house: House, appointment: Appointment, patient: User) -> None:
    with refused(house, Forbidden):
        house.run(mark(appointment.id, AppointmentStatus.ARRIVED, patient))


def test_it_is_nobody_elses_business(house: House, appointment: Appointment) -> None:
    for actor in (house.person(), house.person(Role.DOCTOR)):
        with refused(house, NotFound):
            house.run(mark(appointment.id, AppointmentStatus.ARRIVED, actor))


def test_an_unknown_appointment_is_not_found(house: House, receptionist: User) -> None:
    with refused(house, NotFound):
        house.run(mark(new_id(), AppointmentStatus.ARRIVED, receptionist))


@pytest.mark.parametrize("status", ["arrived", "completed", "missed"])
def test_whatever_became_of_it_its_slot_stays_taken(
    house: House, appointment: Appointment, slot: Slot, receptionist: User, status: str
) -> None:
    house.run(mark(appointment.id, AppointmentStatus(status), receptionist))
    assert house.now(slot).status is SlotStatus.BOOKED
    other = house.person()
    with refused(house, SlotTaken):
        house.run(book(slot.id, other))


def test_what_was_marked_by_mistake_can_be_undone_and_cancelled(
    house: House, appointment: Appointment, patient: User, receptionist: User
) -> None:
    house.run(mark(appointment.id, AppointmentStatus.MISSED, receptionist))
    house.run(mark(appointment.id, AppointmentStatus.BOOKED, receptionist))
    house.run(cancel(appointment.id, patient))
    assert house.now(appointment).status is AppointmentStatus.CANCELLED
