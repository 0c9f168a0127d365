"""Reminders: due and unsent."""

from datetime import date, time, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine

from domain import clinic
from domain.actions import reminding
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.contact import change_address
from domain.actions.moving import move
from domain.actions.reminding import remind_due
from domain.actions.restoring import restore
from domain.changing import change_one
from domain.documents import Appointment, Role, Slot, User
from domain.events import ReminderDue
from tests.domain.commands import recorded_commands
from tests.domain.conftest import House, in_days
from tests.support.racing import race

DAY, TWO_HOURS = timedelta(days=1), timedelta(hours=2)


@pytest.fixture
def booked(house: House, slot: Slot, patient: User) -> Appointment:
    appointment: Appointment = house.run(book(slot.id, patient))
    house.events.clear()
    return appointment


def remind_at(house: House, appointment: Appointment, before: timedelta) -> list[str]:
    """Look for reminders so long before the start; return the leads that were recorded."""
    house.events.clear()
    with time_machine.travel(appointment.starts_at - before, tick=False):
        house.run(remind_due())
    return [event.lead for event in house.events if isinstance(event, ReminderDue)]


def test_a_patient_is_reminded_a_day_and_two_hours_before(
    house: House, booked: Appointment
) -> None:
    befores = [DAY + timedelta(minutes=1), DAY, DAY / 2, TWO_HOURS, TWO_HOURS / 2, -TWO_HOURS]
    reminded = [remind_at(house, booked, before) for before in befores]
    assert reminded == [[], ["PT1440M"], [], ["PT120M"], [], []]


def test_after_a_pause_only_the_nearest_reminder_is_sent(house: House, booked: Appointment) -> None:
    assert remind_at(house, booked, TWO_HOURS / 2) == ["PT120M"]
    assert remind_at(house, booked, TWO_HOURS / 3) == []


def test_of_what_is_near_only_what_is_due_is_read_whole(
    house: House, booked: Appointment, doctor: User
) -> None:
    house.run(book(house.slot(doctor, start=time(17)).id, house.person()))
    with recorded_commands() as sent:
        assert remind_at(house, booked, DAY) == ["PT1440M"]
    found = [command for name, command in sent if name == "find"]
    whole = [one["filter"].get("_id") for one in found if not one.get("projection")]
    assert (len(found), whole) == (2, [booked.id])


def test_a_cancelled_appointment_is_not_reminded_of(
    house: House, booked: Appointment, patient: User
) -> None:
    house.run(cancel(booked.id, patient))
    assert remind_at(house, booked, DAY) == []


def test_a_moved_appointment_is_reminded_of_at_its_new_time_only(
    house: House, booked: Appointment, patient: User, doctor: User
) -> None:
    assert remind_at(house, booked, DAY) == ["PT1440M"]
    later = house.slot(doctor, day=in_days(20))
    moved = house.run(move(booked.id, later.id, patient))
    assert remind_at(house, booked, TWO_HOURS) == []
    assert remind_at(house, moved, DAY) == ["PT1440M"]


def test_who_booked_an_hour_ago_is_not_told_again(house: House, slot: Slot, patient: User) -> None:
    with time_machine.travel(slot.starts_at - timedelta(hours=5)):
        booked = house.run(book(slot.id, patient))
    assert remind_at(house, booked, timedelta(hours=4)) == []
    assert remind_at(house, booked, TWO_HOURS) == ["PT120M"]


def test_many_processes_that_look_at_once_remind_once(house: House, booked: Appointment) -> None:
    house.events.clear()
    with time_machine.travel(booked.starts_at - DAY, tick=False):
        race([partial(house.run, remind_due()) for _ in range(10)])
    assert house.kinds() == ["appointment.reminder"]


def test_each_look_takes_them_in_another_order_so_that_two_seldom_meet(
    house: House, doctor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hour in range(8, 18):
        last = house.run(book(house.slot(doctor, start=time(hour)).id, house.person()))
    looks: list[list[Any]] = []

    def refuse(appointment: Appointment) -> Any:
        looks[-1].append(appointment.id)
        raise RuntimeError

    monkeypatch.setattr(reminding, "appointment_facts", refuse)
    for _ in range(2):
        looks.append([])
        remind_at(house, last, DAY)
    first, second = looks
    assert sorted(first) == sorted(second)
    assert len(first) == 10
    assert first != second


def test_a_practice_without_reminders_sends_none(house: House, booked: Appointment) -> None:
    clinic.configure(clinic.Clinic(reminders=()))
    assert remind_at(house, booked, DAY) == []


def test_all_appointments_of_a_day_are_reminded_of(house: House) -> None:
    day: date = in_days(7)
    for hour in (9, 10, 11):
        slot = house.slot(house.person(Role.DOCTOR), day=day, start=time(hour))
        last = house.run(book(slot.id, house.person()))
    assert len(remind_at(house, last, DAY)) == 3


def test_one_that_cannot_be_reminded_of_stops_no_other(
    house: House, booked: Appointment, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    second = house.run(book(house.slot(house.person(Role.DOCTOR)).id, house.person()))
    facts = reminding.appointment_facts

    def broken(appointment: Appointment) -> Any:
        if appointment.id == booked.id:
            raise RuntimeError(appointment.patient_name)
        return facts(appointment)

    with monkeypatch.context() as patched:
        patched.setattr(reminding, "appointment_facts", broken)
        assert remind_at(house, second, DAY) == ["PT1440M"]
    assert str(booked.id) in caplog.text
    assert remind_at(house, booked, DAY) == ["PT1440M"]


def test_one_that_cannot_be_read_stops_no_other(
    house: House, booked: Appointment, caplog: Any
) -> None:
    second = house.run(book(house.slot(house.person(Role.DOCTOR)).id, house.person()))
    house.run(change_one(Appointment, {"_id": booked.id}, {"$set": {"cells": "none"}}))
    assert remind_at(house, second, DAY) == ["PT1440M"]
    assert str(booked.id) in caplog.text
    assert booked.patient_name not in caplog.text


def test_one_that_notes_no_reminders_yet_is_reminded_of_once(
    house: House, booked: Appointment
) -> None:
    house.run(change_one(Appointment, {"_id": booked.id}, {"$unset": {"reminded": ""}}))
    reminded = [remind_at(house, booked, before) for before in (DAY, DAY / 2, TWO_HOURS)]
    assert reminded == [["PT1440M"], [], ["PT120M"]]


def test_a_reminder_goes_to_no_address_that_was_corrected_meanwhile(
    house: House, booked: Appointment, patient: User, receptionist: User
) -> None:
    house.run(change_address(patient.id, "right@example.org", receptionist))
    with time_machine.travel(booked.starts_at - DAY, tick=False):
        assert not house.run(reminding._recorded(booked, ["PT1440M"]))
    assert remind_at(house, booked, DAY) == ["PT1440M"]
    [reminder] = house.recorded("appointment.reminder")
    assert isinstance(reminder, ReminderDue)
    assert reminder.appointment.patient_email == "right@example.org"


def test_one_that_was_cancelled_and_restored_meanwhile_is_reminded_of_as_it_stands(
    house: House, booked: Appointment, receptionist: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = reminding.transact  # type: ignore[attr-defined]

    async def cancelled_and_restored_first(work: Any) -> Any:
        await cancel(booked.id, receptionist, reason="By mistake")
        await restore(booked.id, receptionist)
        return await write(work)

    with monkeypatch.context() as patched:
        patched.setattr(reminding, "transact", cancelled_and_restored_first)
        assert remind_at(house, booked, DAY) == []
    assert remind_at(house, booked, DAY) == ["PT1440M"]
    [reminder] = house.recorded("appointment.reminder")
    assert isinstance(reminder, ReminderDue)
    assert reminder.appointment.sequence == house.now(booked).sequence == 2
