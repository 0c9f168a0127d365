"""What is no longer needed goes when its time has come, and not before."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from domain import clock, keeping
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.retaining import retain
from domain.documents import AuditEntry, Role, Slot, User
from domain.keeping import Keeping
from tests.domain.conftest import House

DAYS = timedelta(days=1)


@pytest.fixture(autouse=True)
def _periods() -> Iterator[None]:
    keeping.configure(Keeping(reasons=30 * DAYS, patients=100 * DAYS, audit=60 * DAYS))
    yield
    keeping.configure(Keeping())


def later(house: House, days: int) -> None:
    with time_machine.travel(clock.now() + days * DAYS):
        house.run(retain())


def test_reasons_go_when_their_time_has_come(house: House, slot: Slot, patient: User) -> None:
    booked = house.run(book(slot.id, patient, reason="A rash"))
    house.run(cancel(booked.id, house.person(Role.RECEPTIONIST), reason="Doctor ill"))
    later(house, 7 + 29)
    assert house.now(booked).reason == "A rash"
    later(house, 7 + 31)
    now = house.now(booked)
    assert (now.reason, now.cancellation_reason, now.patient_name) == ("", "", patient.name)
    assert house.recorded("appointment.cancelled")[0].reason == ""


def test_patients_who_were_away_for_long_are_erased(
    house: House, slot: Slot, patient: User
) -> None:
    away, desk = house.person(), house.person(Role.RECEPTIONIST)
    house.run(book(slot.id, patient))
    later(house, 99)
    assert house.now(away).name != "Erased patient"
    later(house, 101)
    assert (house.now(away).name, house.now(patient).name) == ("Erased patient", patient.name)
    later(house, 108)
    assert house.now(patient).name == "Erased patient"
    assert house.now(desk).name == desk.name


def test_the_audit_log_is_cut_at_its_period(house: House, slot: Slot, patient: User) -> None:
    house.run(book(slot.id, patient))
    later(house, 59)
    assert house.run(AuditEntry.find({"what": "appointment.created"}).count()) == 1
    later(house, 61)
    assert house.run(AuditEntry.find({"what": "appointment.created"}).count()) == 0


def test_without_a_period_everything_stays(house: House, slot: Slot, patient: User) -> None:
    keeping.configure(Keeping(messages=None, reasons=None, patients=None, audit=None))
    booked = house.run(book(slot.id, patient, reason="A rash"))
    before = house.everything()
    later(house, 20_000)
    assert house.everything() == before
    assert house.now(booked).reason == "A rash"


def test_a_duty_is_done_once_an_hour_however_often_it_is_looked_at(
    house: House, slot: Slot, patient: User
) -> None:
    house.run(retain())
    booked = house.run(book(slot.id, patient, reason="A rash"))
    keeping.configure(Keeping(reasons=timedelta(days=-30)))
    house.run(retain())
    assert house.now(booked).reason == "A rash"
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        house.run(retain())
    assert house.now(booked).reason == ""
