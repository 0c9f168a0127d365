"""What is no longer needed goes when its time has come, and not before."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from domain import clock, keeping, links
from domain.actions import reasons, retaining
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.closing import close_days
from domain.actions.confirming import confirm
from domain.actions.registering import ask_again, register
from domain.actions.restoring import restore
from domain.actions.retaining import retain
from domain.actions.sessions import open_session, sign_out
from domain.actions.signing_in import sign_in
from domain.actions.withdrawing import withdraw_slot
from domain.changing import change_one
from domain.database import DATABASE_AWAY
from domain.documents import Appointment, AuditEntry, EventRecord, Role, Slot, User
from domain.events import EmailConfirmationRequested
from domain.keeping import Keeping
from domain.turns import BEGINNING, in_turn
from tests.domain.commands import interrupted, recorded_commands
from tests.domain.conftest import House, in_days
from tests.support.people import member

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


def test_an_account_that_nobody_confirmed_goes_unless_somebody_needs_it(
    house: House, slot: Slot, receptionist: User
) -> None:
    keeping.configure(Keeping(patients=None))
    idle, booked, here, confirmed = (
        house.run(register(email=f"{one}@example.org", password="a long password", name=one))
        for one in ("idle", "booked", "here", "confirmed")
    )
    appointment = house.run(book(slot.id, booked))
    house.run(cancel(appointment.id, booked))
    [*_, asked] = house.recorded("email.confirmation_requested")
    assert isinstance(asked, EmailConfirmationRequested)
    token = links.confirm_token(confirmed.id, asked.nonce, confirmed.email)
    house.run(confirm(token, reader=confirmed, password=""))
    later(house, 29)
    assert house.now(idle).name == "idle"
    with time_machine.travel(clock.now() + 31 * DAYS):
        house.run(open_session(here))
        house.run(retain())
    names = [house.now(one).name for one in (idle, booked, here, confirmed)]
    assert names == ["Erased patient", "booked", "here", "confirmed"]


def test_an_account_that_nobody_confirmed_stays_for_as_long_since_somebody_came_back(
    house: House,
) -> None:
    keeping.configure(Keeping(patients=None))
    asked, seen = (
        house.run(register(email=f"{one}@example.org", password="a long password", name=one))
        for one in ("asked", "seen")
    )
    with time_machine.travel(clock.now() + 29 * DAYS):
        house.run(ask_again(asked))
        secret = house.run(open_session(seen))
        house.run(sign_out(seen.id, secret))
    later(house, 58)
    assert [house.now(one).name for one in (asked, seen)] == ["asked", "seen"]
    later(house, 60)
    assert [house.now(one).name for one in (asked, seen)] == ["Erased patient"] * 2


@pytest.mark.parametrize("meanwhile", ["confirmed", "signed in"])
@pytest.mark.parametrize("moment", [(1, "appointments"), (2, "users")])
def test_an_account_that_is_used_in_the_moment_of_its_end_stays(
    house: House, meanwhile: str, moment: tuple[int, str]
) -> None:
    after, of = moment
    keeping.configure(Keeping(reasons=None))
    ada = house.run(register(email="ada@example.org", password="a long password", name="Ada"))
    using = {
        "confirmed": lambda: change_one(User, {"_id": ada.id}, {"$set": {"unconfirmed": None}}),
        "signed in": lambda: open_session(ada),
    }[meanwhile]
    with (
        time_machine.travel(clock.now() + 31 * DAYS),
        interrupted(lambda: house.run(using()), after=after, of=of),
    ):
        house.run(retain())
    assert house.now(ada).name == "Ada"


def test_one_patient_who_cannot_be_read_keeps_no_other(house: House, caplog: Any) -> None:
    spoilt, away = house.person(name="Ada Unreadable"), house.person()
    house.run(change_one(User, {"_id": spoilt.id}, {"$set": {"sessions": "none"}}))
    later(house, 101)
    assert house.now(away).name == "Erased patient"
    assert str(spoilt.id) in caplog.text
    assert spoilt.name not in caplog.text


@pytest.mark.parametrize("outage", DATABASE_AWAY)
def test_patients_who_cannot_be_erased_while_the_database_is_away_are_still_due(
    house: House, patient: User, monkeypatch: pytest.MonkeyPatch, outage: type[Exception]
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise outage("away")

    with monkeypatch.context() as patched:
        patched.setattr(retaining, "erase", away)
        with pytest.raises(outage):
            later(house, 101)
    assert house.now(patient).name == patient.name
    later(house, 102)
    assert house.now(patient).name == "Erased patient"


def test_an_appointment_that_cannot_be_read_keeps_no_patient(
    house: House, slot: Slot, patient: User
) -> None:
    booked = house.run(book(slot.id, patient))
    house.run(change_one(Appointment, {"_id": booked.id}, {"$set": {"cells": "none"}}))
    later(house, 108)
    assert house.now(patient).name == "Erased patient"
    house.run(change_one(Appointment, {"_id": booked.id}, {"$set": {"cells": booked.cells}}))
    assert house.now(booked).patient_name == "Erased patient"


def test_of_patients_who_may_be_erased_no_more_than_their_ids_are_asked_for(house: House) -> None:
    house.person()
    with (
        time_machine.travel(clock.now() + 99 * DAYS),
        recorded_commands() as sent,
    ):
        house.run(retain())
    asked = [command for name, command in sent if name == "find" and command["find"] == "users"]
    assert [command["projection"] for command in asked] == [{"_id": 1}, {"_id": 1, "created_at": 1}]
    assert "created_at" in asked[0]["filter"]
    assert "appointments" not in [one["find"] for name, one in sent if "patient_id" in str(one)]


def test_reasons_go_where_the_rest_of_what_is_stored_cannot_be_read(
    house: House, doctor: User, slot: Slot, patient: User
) -> None:
    other = house.slot(doctor, start=time(10))
    for one in (slot, other):
        booked = house.run(book(one.id, patient, reason="A rash"))
        house.run(cancel(booked.id, house.person(Role.RECEPTIONIST), reason="Doctor ill"))
        spoil = {"$set": {"cells": "none", "status": "dreamt"}}
        if one is slot:
            spoilt = booked
            house.run(change_one(Appointment, {"_id": booked.id}, spoil))
            created = {"subject_id": booked.id, "kind": "appointment.created"}
            house.run(change_one(EventRecord, created, {"$set": {"payload": "none"}}))
    house.run(withdraw_slot(slot.id, doctor, reason="Her knee"))
    house.run(change_one(Slot, {"_id": slot.id}, {"$set": {"cells": "none"}}))
    later(house, 7 + 31)
    back = {"$set": {"cells": [], "status": "cancelled"}}
    house.run(change_one(Appointment, {"_id": spoilt.id}, back))
    house.run(change_one(Slot, {"_id": slot.id}, {"$set": {"cells": []}}))
    for left in (house.now(spoilt), house.now(booked)):
        assert (left.reason, left.cancellation_reason) == ("", "")
    assert [event.reason for event in house.recorded("appointment.cancelled")] == ["", ""]
    assert house.now(slot).withdrawal_reason == ""


def test_the_audit_log_is_cut_at_its_period(house: House, slot: Slot, patient: User) -> None:
    house.run(book(slot.id, patient))
    later(house, 59)
    assert house.run(AuditEntry.find({"what": "appointment.created"}).count()) == 1
    later(house, 61)
    assert house.run(AuditEntry.find({"what": "appointment.created"}).count()) == 0


def stored(house: House) -> list[dict[str, Any]]:
    """Return all that is stored but when each duty was done."""
    return [one for one in house.everything() if "done_until" not in one]


def test_without_a_period_everything_stays(house: House, slot: Slot, patient: User) -> None:
    keeping.configure(Keeping(messages=None, reasons=None, patients=None, audit=None))
    booked = house.run(book(slot.id, patient, reason="A rash"))
    before = stored(house)
    later(house, 20_000)
    assert stored(house) == before
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


def test_who_signs_out_each_time_was_here_all_the_same(house: House) -> None:
    ada = house.run(member(email="ada@example.org", password="a long password", name="Ada"))
    with time_machine.travel(clock.now() + 90 * DAYS):
        _, secret = house.run(sign_in("ada@example.org", "a long password"))
        house.run(sign_out(ada.id, secret))
    later(house, 150)
    assert house.now(ada).name != "Erased patient"
    later(house, 191)
    assert house.now(ada).name == "Erased patient"


def test_reasons_go_from_all_that_was_told_of_times_taken_back(house: House, doctor: User) -> None:
    desk = house.person(Role.RECEPTIONIST)
    withdrawn, closed = house.slot(doctor), house.slot(doctor, day=in_days(9))
    house.run(withdraw_slot(withdrawn.id, doctor, reason="Her knee"))
    house.run(close_days(doctor.id, in_days(9), in_days(9), desk, cancelling=[], reason="Her hip"))
    later(house, 9 + 31)
    assert [house.now(one).withdrawal_reason for one in (withdrawn, closed)] == ["", ""]
    assert house.recorded("slot.deleted")[0].reason == ""
    assert house.recorded("slots.closed")[0].reason == ""


def test_the_reason_of_a_cancellation_that_was_taken_back_goes_too(
    house: House, slot: Slot, patient: User
) -> None:
    desk = house.person(Role.RECEPTIONIST)
    booked = house.run(book(slot.id, patient))
    house.run(cancel(booked.id, desk, reason="A slip"))
    house.run(restore(booked.id, desk))
    later(house, 7 + 31)
    assert house.recorded("appointment.cancelled")[0].reason == ""


def test_forgetting_reasons_that_is_broken_off_goes_on_where_it_was(
    house: House, slot: Slot, patient: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked = house.run(book(slot.id, patient))
    house.run(cancel(booked.id, house.person(Role.RECEPTIONIST), reason="Doctor ill"))

    async def broken(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(reasons, "_leave_without_reason", broken)
        with pytest.raises(ConnectionError):
            later(house, 7 + 31)
    later(house, 7 + 32)
    assert house.now(booked).cancellation_reason == ""
    assert house.recorded("appointment.cancelled")[0].reason == ""


def test_a_duty_that_does_a_part_is_called_for_the_rest_and_goes_on_there_when_broken_off(
    house: House,
) -> None:
    asked: list[tuple[datetime, datetime]] = []

    async def work(since: datetime, until: datetime) -> datetime | None:
        asked.append((since, until))
        if len(asked) == 3:
            raise ConnectionError
        return since + DAYS if len(asked) < 5 else None

    with pytest.raises(ConnectionError):
        house.run(in_turn("long", DAYS, work))
    with time_machine.travel(clock.now() + timedelta(minutes=61), tick=False):
        house.run(in_turn("long", DAYS, work))
        assert {until for _, until in asked[3:]} == {clock.now() - DAYS}
    days = [(since - BEGINNING).days for since, _ in asked]
    assert days == [0, 1, 2, 2, 3]
