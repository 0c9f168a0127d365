"""Appointments as the people concerned see them, and the doctor's calendar."""

from datetime import date, time, timedelta

import pytest

from domain.actions.attendance import mark
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.moving import move
from domain.actions.withdrawing import withdraw_slot
from domain.documents import Appointment, AppointmentStatus, Role, Slot, User
from domain.errors import Invalid, NotFound
from domain.ids import new_id
from domain.queries import appointments
from domain.queries.appointments import affected_by_withdrawal, history, of_patient, visible
from domain.queries.calendar import calendar_entries
from tests.domain.conftest import House, frozen, in_days, refused


@pytest.fixture
def appointment(house: House, slot: Slot, patient: User) -> Appointment:
    booked: Appointment = house.run(book(slot.id, patient))
    return booked


def test_a_patient_sees_what_lies_ahead_and_what_is_over(
    house: House, doctor: User, patient: User, receptionist: User
) -> None:
    slots = [house.slot(doctor, day=in_days(7), start=time(hour)) for hour in (9, 11, 13, 15)]
    early, done, dropped, late = (house.run(book(slot.id, patient)) for slot in slots)
    house.run(mark(done.id, AppointmentStatus.COMPLETED, receptionist))
    house.run(cancel(dropped.id, patient))
    house.run(book(house.slot(doctor, start=time(17)).id, house.person()))
    seen = house.run(of_patient(patient.id))
    assert [one.id for one in seen.upcoming] == [early.id, late.id]
    assert [one.id for one in seen.past] == [dropped.id, done.id]


@pytest.mark.parametrize("arrived", [False, True])
def test_an_appointment_lies_ahead_until_it_ends(
    house: House, appointment: Appointment, patient: User, receptionist: User, *, arrived: bool
) -> None:
    if arrived:
        house.run(mark(appointment.id, AppointmentStatus.ARRIVED, receptionist))
    with frozen(appointment.ends_at - timedelta(milliseconds=1)):
        assert len(house.run(of_patient(patient.id)).upcoming) == 1
    with frozen(appointment.ends_at):
        seen = house.run(of_patient(patient.id))
    assert (len(seen.upcoming), len(seen.past)) == (0, 1)


def test_a_patient_without_appointments_sees_none(house: House, patient: User) -> None:
    seen = house.run(of_patient(patient.id))
    assert (seen.upcoming, seen.past) == ([], [])


def test_a_long_list_is_read_in_pages_that_neither_repeat_nor_miss_any(
    house: House, doctor: User, patient: User
) -> None:
    booked = [
        house.run(book(house.slot(doctor, start=time(8 + number)).id, patient))
        for number in range(7)
    ]
    for one in booked[4:]:
        house.run(cancel(one.id, patient))
    first = house.run(of_patient(patient.id, size=2))
    second = house.run(of_patient(patient.id, size=2, after=first.later))
    assert [one.id for one in (*first.upcoming, *second.upcoming)] == [one.id for one in booked[:4]]
    assert (second.later, second.past) == (None, [])
    older = house.run(of_patient(patient.id, size=2, before=first.older))
    assert [one.id for one in (*first.past, *older.past)] == [booked[n].id for n in (6, 5, 4)]
    assert (older.older, older.upcoming) == (None, [])


def test_an_unknown_place_in_the_list_is_refused(house: House, patient: User) -> None:
    for place in ("x", "20261201T090000Z", "20261201T090000Z" + "z" * 24):
        with refused(house, Invalid):
            house.run(of_patient(patient.id, after=place))


def test_an_appointment_is_visible_to_those_whom_it_concerns(
    house: House, appointment: Appointment, patient: User, doctor: User
) -> None:
    for viewer in (patient, doctor, house.person(Role.RECEPTIONIST), house.person(Role.ADMIN)):
        assert house.run(visible(appointment.id, viewer)).id == appointment.id
    for stranger in (house.person(), house.person(Role.DOCTOR)):
        with pytest.raises(NotFound) as hidden:
            house.run(visible(appointment.id, stranger))
        with pytest.raises(NotFound) as missing:
            house.run(visible(new_id(), stranger))
        assert str(hidden.value) == str(missing.value)


def test_a_moved_appointment_is_visible_to_its_new_doctor_only(
    house: House, appointment: Appointment, doctor: User, patient: User
) -> None:
    other = house.person(Role.DOCTOR)
    house.run(move(appointment.id, house.slot(other, start=time(10)).id, patient))
    assert house.run(visible(appointment.id, other)).doctor_id == other.id
    with pytest.raises(NotFound):
        house.run(visible(appointment.id, doctor))


def test_the_history_of_an_appointment_is_told_in_order(
    house: House, appointment: Appointment, doctor: User, patient: User, receptionist: User
) -> None:
    house.run(book(house.slot(doctor, start=time(11)).id, house.person()))
    other = house.slot(doctor, start=time(10))
    with frozen(appointment.starts_at - timedelta(days=1)):
        house.run(move(appointment.id, other.id, patient))
        house.run(mark(appointment.id, AppointmentStatus.ARRIVED, receptionist))
        house.run(mark(appointment.id, AppointmentStatus.BOOKED, receptionist))
        house.run(cancel(appointment.id, patient))
        told = house.run(history(appointment.id))
    assert [event.kind for event in told] == [
        "appointment.created",
        "appointment.moved",
        "appointment.marked",
        "appointment.marked",
        "appointment.cancelled",
    ]
    assert told[0].actor.name == patient.name
    assert told[2].actor.id == receptionist.id


def test_of_a_very_long_history_the_latest_is_told(
    house: House, appointment: Appointment, receptionist: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appointments, "_MOST_SHOWN", 2)
    statuses = (AppointmentStatus.ARRIVED, AppointmentStatus.COMPLETED, AppointmentStatus.BOOKED)
    for minutes, status in enumerate(statuses):
        with frozen(appointment.starts_at + timedelta(minutes=minutes)):
            house.run(mark(appointment.id, status, receptionist))
            told = house.run(history(appointment.id))
    assert [event.status for event in told] == ["completed", "booked"]


def test_an_unknown_appointment_has_no_history(house: House) -> None:
    assert house.run(history(new_id())) == []


def test_a_doctor_sees_who_is_affected_by_a_withdrawal(
    house: House, slot: Slot, doctor: User, patient: User
) -> None:
    assert house.run(affected_by_withdrawal(slot.id, doctor)) == (house.now(slot), None)
    dropped = house.run(book(slot.id, patient))
    house.run(cancel(dropped.id, patient))
    second = house.run(book(slot.id, house.person()))
    shown, affected = house.run(affected_by_withdrawal(slot.id, doctor))
    assert (shown.status, affected.id) == ("booked", second.id)


def test_nobody_else_sees_whom_a_withdrawal_affects(
    house: House, slot: Slot, receptionist: User
) -> None:
    for someone in (house.person(Role.DOCTOR), receptionist, house.person()):
        with pytest.raises(NotFound):
            house.run(affected_by_withdrawal(slot.id, someone))


def test_a_calendar_shows_held_slots_with_their_appointments(
    house: House, doctor: User, patient: User, receptionist: User
) -> None:
    day = in_days(7)
    free, dropped, taken, gone = (house.slot(doctor, start=time(hour)) for hour in (9, 10, 11, 12))
    next_day = house.slot(doctor, day=day + timedelta(days=1), start=time(0))
    house.slot(doctor, day=day + timedelta(days=2), start=time(0))
    house.slot(house.person(Role.DOCTOR))
    cancelled = house.run(book(dropped.id, patient))
    house.run(cancel(cancelled.id, patient))
    arrived = house.run(book(taken.id, patient))
    house.run(mark(arrived.id, AppointmentStatus.ARRIVED, receptionist))
    house.run(withdraw_slot(gone.id, doctor))
    entries = house.run(calendar_entries(doctor.id, day, day + timedelta(days=1)))
    assert [entry.slot.id for entry in entries] == [free.id, dropped.id, taken.id, next_day.id]
    shown = [entry.appointment and entry.appointment.id for entry in entries]
    assert shown == [None, None, arrived.id, None]


@pytest.mark.usefixtures("november")
def test_a_calendar_shows_the_days_of_the_practice(house: House, doctor: User) -> None:
    day = date(2027, 1, 11)
    slots = [
        house.slot(doctor, day=day, start=start, minutes=5) for start in (time(0), time(23, 55))
    ]
    entries = house.run(calendar_entries(doctor.id, day, day))
    assert [entry.slot.id for entry in entries] == [slot.id for slot in slots]
    assert house.run(calendar_entries(doctor.id, day + timedelta(days=1), day)) == []


@pytest.mark.parametrize("day", [date.min, date.max])
def test_days_out_of_all_calendars_are_refused(house: House, doctor: User, day: date) -> None:
    with refused(house, Invalid):
        house.run(calendar_entries(doctor.id, day, day))
