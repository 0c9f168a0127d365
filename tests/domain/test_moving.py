"""Moving an appointment to another slot."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pytest

from domain import clinic, clock
from domain.actions.attendance import mark
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.claiming import placed_in
from domain.actions.moving import move
from domain.actions.offering import offer_slot
from domain.actions.withdrawing import withdraw_slot
from domain.documents import (
    Appointment,
    AppointmentStatus,
    Role,
    Slot,
    SlotStatus,
    User,
)
from domain.errors import (
    AlreadyEnded,
    Forbidden,
    NotFound,
    PatientBusy,
    SlotTaken,
    TooLate,
)
from domain.events import AppointmentMoved
from domain.ids import new_id
from tests.domain.commands import interrupted
from tests.domain.conftest import House, frozen, in_days, refused

MOMENT = clock.RESOLUTION


@pytest.fixture
def appointment(house: House, slot: Slot, patient: User) -> Appointment:
    booked: Appointment = house.run(book(slot.id, patient, reason="A rash"))
    house.events.clear()
    return booked


@pytest.fixture
def other(house: House, doctor: User) -> Slot:
    return house.slot(doctor, start=time(10))


def test_a_moved_appointment_is_in_the_new_slot_and_the_old_one_is_open(
    house: House, appointment: Appointment, slot: Slot, other: Slot, patient: User
) -> None:
    house.run(move(appointment.id, other.id, patient))
    assert house.now(appointment).slot_id == other.id
    assert (house.now(slot).status, house.now(other).status) == ("open", "booked")


def test_a_moved_appointment_takes_over_what_the_slot_says(
    house: House, appointment: Appointment, patient: User
) -> None:
    elsewhere = house.slot(house.person(Role.DOCTOR, "Dr. Elsewhere"), minutes=45)
    moved = house.run(move(appointment.id, elsewhere.id, patient))
    stored = house.now(appointment)
    assert stored.model_dump() == moved.model_dump()
    assert stored.model_dump(include=set(placed_in(elsewhere))) == placed_in(elsewhere)
    assert (stored.doctor_name, stored.reference) == ("Dr. Elsewhere", appointment.reference)
    assert (stored.reason, stored.sequence) == ("A rash", appointment.sequence + 1)


def test_a_move_stores_and_publishes_one_event_with_both_times(
    house: House, appointment: Appointment, slot: Slot, other: Slot, receptionist: User
) -> None:
    house.events.clear()
    house.run(move(appointment.id, other.id, receptionist))
    [event] = house.events
    assert house.recorded("appointment.moved") == [event]
    assert isinstance(event, AppointmentMoved)
    assert (event.previous.starts_at, event.previous.sequence) == (slot.starts_at, 0)
    assert (event.appointment.starts_at, event.appointment.sequence) == (other.starts_at, 1)
    assert event.actor.id == receptionist.id


def test_a_move_may_overlap_the_time_that_it_leaves(
    house: House, appointment: Appointment, patient: User
) -> None:
    overlapping = house.slot(house.person(Role.DOCTOR), start=time(9, 15))
    assert house.run(move(appointment.id, overlapping.id, patient)).slot_id == overlapping.id


def test_a_taken_or_withdrawn_slot_is_refused_and_nothing_is_lost(
    house: House, appointment: Appointment, doctor: User, other: Slot, patient: User
) -> None:
    gone = house.slot(doctor, start=time(11))
    house.run(withdraw_slot(gone.id, doctor))
    house.run(book(other.id, house.person()))
    for slot in (other, gone):
        with refused(house, SlotTaken):
            house.run(move(appointment.id, slot.id, patient))


def test_a_patient_who_is_elsewhere_then_cannot_move_there(
    house: House, appointment: Appointment, other: Slot, patient: User
) -> None:
    clashing = house.slot(house.person(Role.DOCTOR), start=time(10, 25))
    house.run(book(clashing.id, patient))
    with refused(house, PatientBusy):
        house.run(move(appointment.id, other.id, patient))


def test_moving_to_where_it_is_changes_nothing(
    house: House, appointment: Appointment, slot: Slot, patient: User
) -> None:
    before = house.everything()
    assert house.run(move(appointment.id, slot.id, patient)).slot_id == slot.id
    assert (house.everything(), house.events) == (before, [])


def test_a_move_that_is_sent_again_after_the_cut_off_is_answered_as_moved(
    house: House, appointment: Appointment, other: Slot, patient: User
) -> None:
    house.run(move(appointment.id, other.id, patient))
    with frozen(other.starts_at - clinic.current().cancel_cutoff + MOMENT):
        assert house.run(move(appointment.id, other.id, patient)).slot_id == other.id


def test_what_has_ended_where_it_is_does_not_move_there(
    house: House, appointment: Appointment, slot: Slot, patient: User
) -> None:
    house.run(cancel(appointment.id, patient))
    with refused(house, AlreadyEnded):
        house.run(move(appointment.id, slot.id, patient))


def test_an_unknown_slot_or_appointment_is_not_found(
    house: House, appointment: Appointment, other: Slot, patient: User
) -> None:
    for pair in ((appointment.id, new_id()), (new_id(), other.id)):
        with refused(house, NotFound):
            house.run(move(*pair, patient))


def test_neither_doctors_nor_strangers_move_appointments(
    house: House, appointment: Appointment, doctor: User, other: Slot
) -> None:
    with refused(house, Forbidden):
        house.run(move(appointment.id, other.id, doctor))
    for stranger in (house.person(), house.person(Role.DOCTOR)):
        with refused(house, NotFound):
            house.run(move(appointment.id, other.id, stranger))


def test_the_cut_off_of_the_old_time_binds_patients(
    house: House, appointment: Appointment, other: Slot, patient: User
) -> None:
    last = appointment.starts_at - clinic.current().cancel_cutoff
    later = house.slot(house.person(Role.DOCTOR), day=in_days(20))
    with frozen(last + MOMENT), refused(house, TooLate):
        house.run(move(appointment.id, later.id, patient))
    with frozen(last):
        house.run(move(appointment.id, later.id, patient))


def test_notice_and_horizon_of_the_new_time_bind_patients(
    house: House, appointment: Appointment, doctor: User, patient: User
) -> None:
    practice = clinic.current()
    soon = house.slot(doctor, day=in_days(6))
    far = house.slot(doctor, day=in_days(101))
    with frozen(soon.starts_at - practice.min_notice + MOMENT), refused(house, TooLate):
        house.run(move(appointment.id, soon.id, patient))
    with frozen(far.starts_at - practice.booking_horizon - MOMENT), refused(house, TooLate):
        clinic.configure(clinic.Clinic(cancel_cutoff=timedelta(days=-90)))
        house.run(move(appointment.id, far.id, patient))
    clinic.configure(practice)
    with frozen(soon.starts_at - practice.min_notice):
        house.run(move(appointment.id, soon.id, patient))


def test_the_desk_moves_what_has_begun_and_the_old_time_is_not_offered_again(
    house: House, appointment: Appointment, slot: Slot, other: Slot, receptionist: User
) -> None:
    with frozen(slot.ends_at), refused(house, TooLate):
        house.run(move(appointment.id, other.id, receptionist))
    with frozen(slot.starts_at):
        house.run(move(appointment.id, other.id, receptionist))
    assert house.now(slot).status is SlotStatus.WITHDRAWN


def test_what_is_not_merely_booked_any_more_does_not_move(
    house: House, appointment: Appointment, other: Slot, receptionist: User
) -> None:
    for status in ("arrived", "completed", "arrived", "missed"):
        house.run(mark(appointment.id, AppointmentStatus(status), receptionist))
        with refused(house, AlreadyEnded):
            house.run(move(appointment.id, other.id, receptionist))
    house.run(mark(appointment.id, AppointmentStatus.BOOKED, receptionist))
    house.run(cancel(appointment.id, receptionist, reason="Ill"))
    with refused(house, AlreadyEnded):
        house.run(move(appointment.id, other.id, receptionist))


def test_what_moved_away_and_back_does_not_move_as_it_was_read(
    house: House, appointment: Appointment, slot: Slot, doctor: User, patient: User
) -> None:
    away, third = (house.slot(doctor, start=time(hour)) for hour in (10, 11))

    def there_and_back() -> None:
        house.run(move(appointment.id, away.id, patient))
        house.run(move(appointment.id, slot.id, patient))

    with interrupted(there_and_back, after=1, of="appointments"), pytest.raises(AlreadyEnded):
        house.run(move(appointment.id, third.id, patient))
    stored = house.now(appointment)
    assert (stored.slot_id, stored.sequence) == (slot.id, 2)
    assert house.now(third).status is SlotStatus.OPEN


def test_the_two_half_past_twos_of_an_autumn_night_are_two_times(house: House) -> None:
    with frozen(datetime(2027, 10, 1, 12, tzinfo=UTC)):
        doctor, patient = house.person(Role.DOCTOR), house.person()
        night = partial(offer_slot, doctor, day=date(2027, 10, 31), start=time(2, 30), minutes=30)
        first, second = (house.run(night(fold=fold)) for fold in (0, 1))
        booked = house.run(book(first.id, patient))
        moved = house.run(move(booked.id, second.id, patient))
    assert moved.wall_start == booked.wall_start == "2027-10-31T02:30"
    assert (booked.fold, moved.fold) == (0, 1)
    assert moved.starts_at - booked.starts_at == timedelta(hours=1)
