"""Staff is added, changed and let go by administrators; there is always one of them."""

from datetime import time
from functools import partial

import pytest

from domain.actions import booking, moving
from domain.actions.accounts import add_person
from domain.actions.attendance import mark
from domain.actions.booking import book, book_for_newcomer
from domain.actions.cancelling import cancel, cancel_many
from domain.actions.closing import close_days
from domain.actions.moving import move
from domain.actions.offering import offer_slot
from domain.actions.reopening import reopen
from domain.actions.restoring import restore
from domain.actions.sessions import identify
from domain.actions.signing_in import sign_in
from domain.actions.staff import add_staff, change_staff, deactivate, reactivate
from domain.changing import change_one
from domain.documents import (
    Appointment,
    AppointmentStatus,
    AuditEntry,
    Role,
    Slot,
    SlotStatus,
    User,
)
from domain.errors import Conflict, Forbidden, Invalid, NotFound, SlotTaken
from domain.queries.desk import desk_counts
from domain.queries.desk_lines import DeskFilter
from tests.domain.conftest import House, in_days, refused
from tests.domain.meanwhile import meanwhile
from tests.support.racing import kinds, race, rounds


@pytest.fixture
def admin(house: House) -> User:
    return house.person(Role.ADMIN)


def test_a_colleague_is_added_without_a_password_and_that_is_on_record(
    house: House, admin: User
) -> None:
    added = house.run(add_staff(role=Role.DOCTOR, email="Ada@example.org", name="Ada", actor=admin))
    assert (house.now(added).password_hash, house.now(added).email) == (None, "ada@example.org")
    [event] = house.recorded("staff.added")
    assert (event.person_id, event.actor.id, event.role) == (added.id, admin.id, "doctor")


@pytest.mark.parametrize("role", [Role.DOCTOR, Role.RECEPTIONIST, Role.PATIENT])
def test_only_administrators_look_after_staff(house: House, admin: User, role: Role) -> None:
    actor, doctor = house.person(role), house.person(Role.DOCTOR)
    with refused(house, Forbidden):
        house.run(add_staff(role=Role.ADMIN, email="x@example.org", name="X", actor=actor))
    with refused(house, Forbidden):
        house.run(change_staff(actor.id, role=Role.ADMIN, name="X", actor=actor))
    with refused(house, Forbidden):
        house.run(deactivate(doctor.id, actor))
    with refused(house, Forbidden):
        house.run(reactivate(doctor.id, actor))


def test_patients_are_no_staff(house: House, admin: User, patient: User) -> None:
    with refused(house, NotFound):
        house.run(change_staff(patient.id, role=Role.ADMIN, name="X", actor=admin))
    with refused(house, NotFound):
        house.run(deactivate(patient.id, admin))
    with refused(house, Invalid):
        house.run(add_staff(role=Role.PATIENT, email="x@example.org", name="X", actor=admin))


def test_who_is_let_go_or_changes_role_is_signed_out_everywhere(house: House, admin: User) -> None:
    desk = house.run(
        add_person(
            role=Role.RECEPTIONIST, email="d@example.org", password="correct horse", name="D"
        )
    )
    _, secret = house.run(sign_in("d@example.org", "correct horse"))
    assert identify(desk.id, secret)
    house.run(change_staff(desk.id, role=Role.DOCTOR, name="D", actor=admin))
    assert identify(desk.id, secret) is None
    _, secret = house.run(sign_in("d@example.org", "correct horse"))
    house.run(deactivate(desk.id, admin))
    assert identify(desk.id, secret) is None
    with pytest.raises(Invalid):
        house.run(sign_in("d@example.org", "correct horse"))
    house.run(reactivate(desk.id, admin))
    assert identify(desk.id, secret) is None
    house.run(sign_in("d@example.org", "correct horse"))


def test_the_last_administrator_stays(house: House, admin: User) -> None:
    house.run(deactivate(house.person(Role.ADMIN).id, admin))
    with refused(house, Conflict):
        house.run(deactivate(admin.id, admin))
    with refused(house, Conflict):
        house.run(change_staff(admin.id, role=Role.RECEPTIONIST, name="A", actor=admin))


@pytest.mark.probe
def test_two_administrators_who_let_each_other_go_at_once_leave_one(house: House) -> None:
    for _ in range(rounds(50, 5)):
        one, other = house.person(Role.ADMIN), house.person(Role.ADMIN)
        results = race(
            [
                partial(house.run, deactivate(one.id, other)),
                partial(house.run, deactivate(other.id, one)),
            ]
        )
        assert kinds(results) == {"list": 1, "Conflict": 1}, results
        left = [admin for admin in (house.now(one), house.now(other)) if admin.active]
        assert len(left) == 1
        house.run(change_one(User, {"_id": left[0].id}, {"$set": {"active": False}}))


def test_a_doctors_free_times_go_with_the_account_and_booked_ones_stay(
    house: House, admin: User, doctor: User, patient: User
) -> None:
    free, taken = house.slot(doctor, start=time(9)), house.slot(doctor, start=time(10))
    house.run(book(taken.id, patient))
    assert len(house.run(deactivate(doctor.id, admin))) == 1
    assert house.now(free).status is SlotStatus.WITHDRAWN
    assert house.now(taken).status is SlotStatus.BOOKED
    assert house.run(Slot.find({"status": "open"}).count()) == 0


def test_a_cancelled_appointment_that_cannot_be_read_keeps_no_account_open(
    house: House, admin: User, doctor: User, patient: User, slot: Slot
) -> None:
    booked = house.run(book(slot.id, patient))
    house.run(cancel(booked.id, patient))
    house.run(change_one(Appointment, {"_id": booked.id}, {"$set": {"cells": "none"}}))
    house.run(deactivate(doctor.id, admin))
    assert not house.now(doctor).active


@pytest.mark.parametrize("way", ["cancel", "move"])
def test_what_is_let_go_of_a_doctor_who_has_left_is_free_for_nobody(
    house: House, admin: User, doctor: User, patient: User, way: str
) -> None:
    slot, other = house.slot(doctor), house.slot(house.person(Role.DOCTOR), start=time(11))
    booked = house.run(book(slot.id, patient))
    house.run(deactivate(doctor.id, admin))
    if way == "cancel":
        house.run(cancel(booked.id, admin, reason="She has left"))
    else:
        house.run(move(booked.id, other.id, patient))
    assert house.now(slot).status is SlotStatus.WITHDRAWN
    assert (
        house.run(desk_counts(DeskFilter(date=in_days(7), until=in_days(7), doctor_id=doctor.id)))[
            "free"
        ]
        == 0
    )
    house.run(reactivate(doctor.id, admin))
    assert house.now(slot).status is SlotStatus.WITHDRAWN


def test_a_doctor_who_is_back_gets_what_is_let_go_from_then_on(
    house: House, admin: User, doctor: User, patient: User, slot: Slot
) -> None:
    booked = house.run(book(slot.id, patient))
    house.run(deactivate(doctor.id, admin))
    house.run(cancel(booked.id, admin, reason="A slip"))
    house.run(restore(booked.id, admin))
    assert house.now(slot).status is SlotStatus.BOOKED
    house.run(reactivate(doctor.id, admin))
    house.run(cancel(booked.id, patient))
    assert house.now(slot).status is SlotStatus.OPEN


def test_no_time_with_a_doctor_who_has_left_is_proposed(
    house: House, admin: User, doctor: User
) -> None:
    slots = [house.slot(doctor, start=time(hour)) for hour in (9, 10, 11)]
    booked = [house.run(book(slot.id, house.person())).id for slot in slots]
    house.run(deactivate(doctor.id, admin))
    house.run(offer_slot(doctor, day=in_days(8), start=time(9), minutes=30))  # in that moment
    for some in (booked[:2], booked[2:]):
        house.run(cancel_many(some, admin, reason="She has left", propose=True))
    assert [one.proposed for one in house.recorded("appointment.cancelled")] == [()] * 3


def test_the_days_of_a_doctor_who_has_left_since_are_not_opened_again(
    house: House, admin: User, doctor: User, patient: User
) -> None:
    free, taken = house.slot(doctor), house.slot(doctor, start=time(10))
    booked = house.run(book(taken.id, patient))
    day = in_days(7)
    closing = house.run(
        close_days(doctor.id, day, day, admin, cancelling=[booked.id], reason="She has left")
    )
    house.run(deactivate(doctor.id, admin))
    again = house.run(reopen(closing.id, admin))
    assert (again.opened, house.now(booked).status) == (0, AppointmentStatus.BOOKED)
    house.run(cancel(booked.id, patient))
    assert [house.now(one).status for one in (free, taken)] == [SlotStatus.WITHDRAWN] * 2


def test_the_days_of_a_doctor_who_is_one_again_are_opened_as_they_were(
    house: House, admin: User, doctor: User, patient: User, slot: Slot
) -> None:
    day = in_days(7)
    closing = house.run(close_days(doctor.id, day, day, admin, cancelling=[], reason="Ill"))
    for role in (Role.RECEPTIONIST, Role.DOCTOR):
        house.run(change_staff(doctor.id, role=role, name=doctor.name, actor=admin))
    house.run(reopen(closing.id, admin))
    house.run(cancel(house.run(book(slot.id, patient)).id, patient))
    assert house.now(slot).status is SlotStatus.OPEN


@pytest.mark.probe
def test_whoever_books_while_a_doctor_is_let_go_is_refused_or_reported(
    house: House, admin: User
) -> None:
    """Both write the slot: one of the two waits for the other, and sees what it did."""
    for _ in range(rounds(20, 3)):
        doctor, other = house.person(Role.DOCTOR), house.person(Role.DOCTOR)
        slots = [house.slot(doctor, start=time(hour)) for hour in range(9, 13)]
        mover, canceller = house.person(), house.person()
        before = house.run(book(house.slot(other, start=time(8)).id, mover))
        cancelled = house.run(book(house.slot(doctor, start=time(14)).id, canceller))
        house.run(cancel(cancelled.id, canceller))
        reported, *rest = race(
            [
                partial(house.run, deactivate(doctor.id, admin)),
                *(partial(house.run, book(slot.id, house.person())) for slot in slots[:3]),
                partial(house.run, move(before.id, slots[3].id, mover)),
                partial(house.run, restore(cancelled.id, canceller)),
                partial(house.run, offer_slot(doctor, day=in_days(7), start=time(16), minutes=30)),
            ]
        )
        assert set(kinds(rest[:3])) <= {"Appointment", "SlotTaken"}, rest
        standing = {"doctor_id": doctor.id, "status": AppointmentStatus.BOOKED.value}
        assert len(reported) == house.run(Appointment.find(standing).count()), rest
        for left in house.run(Slot.find({"doctor_id": doctor.id, "status": "open"}).to_list()):
            late = house.person()
            with refused(house, SlotTaken):  # offered in the very moment of the end
                house.run(book(left.id, late))


def test_a_doctor_whom_patients_still_come_to_stays_a_doctor(
    house: House, admin: User, doctor: User, patient: User, slot: Slot
) -> None:
    house.run(book(slot.id, patient))
    with refused(house, Conflict):
        house.run(change_staff(doctor.id, role=Role.RECEPTIONIST, name="D", actor=admin))


@pytest.mark.parametrize("status", ["arrived", "completed", "missed"])
def test_one_with_appointments_marked_before_their_time_stays_a_doctor_too(
    house: House, admin: User, doctor: User, patient: User, slot: Slot, status: str
) -> None:
    booked = house.run(book(slot.id, patient))
    house.run(mark(booked.id, AppointmentStatus(status), admin))
    with refused(house, Conflict):
        house.run(change_staff(doctor.id, role=Role.RECEPTIONIST, name="D", actor=admin))
    house.run(mark(booked.id, AppointmentStatus.BOOKED, admin))
    house.run(cancel(booked.id, patient))
    house.run(change_staff(doctor.id, role=Role.RECEPTIONIST, name="D", actor=admin))


def test_a_new_name_is_on_what_lies_ahead(
    house: House, admin: User, doctor: User, patient: User, slot: Slot
) -> None:
    booked = house.run(book(slot.id, patient))
    house.run(
        change_staff(doctor.id, role=Role.DOCTOR, name="Dr. New", specialty="Surgery", actor=admin)
    )
    assert (house.now(slot).doctor_name, house.now(slot).specialty) == ("Dr. New", "Surgery")
    assert house.now(booked).doctor_name == "Dr. New"


def test_it_is_also_on_what_is_booked_or_moved_in_that_very_moment(
    house: House, admin: User, doctor: User, receptionist: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient, other = house.person(), house.slot(house.person(Role.DOCTOR), start=time(8))
    moved = house.run(book(other.id, house.person()))
    slots = [house.slot(doctor, start=time(hour)) for hour in (9, 10, 11)]
    ada = {"name": "Ada", "email": "ada@example.org"}
    for number, (action, attempt) in enumerate(
        (
            (booking, partial(book, slots[0].id, patient)),
            (booking, partial(book_for_newcomer, slots[1].id, actor=receptionist, **ada)),
            (moving, partial(move, moved.id, slots[2].id, receptionist)),
        )
    ):
        now = {"role": Role.DOCTOR, "name": f"Dr. New {number}", "specialty": f"Surgery {number}"}
        with monkeypatch.context() as patched:
            meanwhile(patched, action, partial(change_staff, doctor.id, actor=admin, **now))
            taken = house.run(attempt())
        names = (now["name"], now["specialty"])
        for one in (taken, house.now(taken), house.events[-1].appointment):
            assert (one.doctor_name, one.specialty) == names
    assert house.run(Appointment.count()) == 3


def test_the_same_again_changes_and_records_nothing(
    house: House, admin: User, doctor: User
) -> None:
    before = house.everything()
    same = {"role": doctor.role, "name": doctor.name, "specialty": doctor.specialty}
    house.run(change_staff(doctor.id, actor=admin, **same))
    assert house.everything() == before


def test_every_change_is_in_the_audit_log_with_ids_alone(
    house: House, admin: User, doctor: User
) -> None:
    house.run(deactivate(doctor.id, admin))
    [entry] = house.run(AuditEntry.find({"what": "staff.deactivated"}).to_list())
    assert (entry.actor_id, entry.subjects, entry.people) == (admin.id, [doctor.id], [doctor.id])
    assert doctor.name not in entry.model_dump_json()
