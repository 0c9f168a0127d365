"""Who is erased leaves figures behind, and nothing of who it was."""

import json
from datetime import time, timedelta
from typing import Any

import pytest
import time_machine

from domain import clock
from domain.actions.accounts import add_person
from domain.actions.attendance import mark
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.contact import change_address
from domain.actions.erasing import erase, erase_oneself
from domain.actions.erasures import finish_erasure, open_erasures
from domain.actions.signing_in import sign_in
from domain.documents import (
    DOCUMENTS,
    AppointmentStatus,
    AuditEntry,
    Erasure,
    Role,
    Slot,
    SlotStatus,
    User,
)
from domain.errors import Conflict, Forbidden, Invalid, TooManyTries
from domain.queries.appointments import history
from tests.domain.conftest import House, frozen, refused

PASSWORD = "a long quilla password"


@pytest.fixture
def quilla(house: House) -> User:
    return house.run(
        add_person(
            role=Role.PATIENT,
            email="quilla@example.org",
            name="Quilla Featherby",
            phone="+49 30 5550199",
            password=PASSWORD,
        )
    )


async def everything_stored() -> str:
    found: list[Any] = []
    for document in DOCUMENTS:
        found += await document.get_motor_collection().find({}).to_list(None)
    return json.dumps(found, default=str)


def erased(house: House, person: User, **options: Any) -> None:
    house.run(erase(person, **options))
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        for person_id in house.run(open_erasures()):
            house.run(finish_erasure(person_id))


def test_nothing_that_is_stored_tells_who_it_was(house: House, quilla: User, doctor: User) -> None:
    desk = house.person(Role.RECEPTIONIST)
    slots = [house.slot(doctor, start=time(hour)) for hour in (9, 10)]
    first = house.run(book(slots[0].id, quilla, reason="quilla itches", idempotency_key="quilla"))
    house.run(change_address(quilla.id, "quilla2@example.org", desk))
    house.run(cancel(first.id, house.now(quilla), reason="quilla is well"))
    second = house.run(book(slots[1].id, house.now(quilla), reason="quilla again"))
    house.run(sign_in("quilla2@example.org", PASSWORD))
    with time_machine.travel(clock.now() + timedelta(days=30)):
        erased(house, house.now(quilla), actor=house.now(quilla))
        left = house.run(everything_stored())
        told = house.run(history(first.id))
    for trace in ("uilla", "eatherby", "5550199"):
        assert trace not in left, left[max(0, left.find(trace) - 200) :][:300]
    assert house.now(second).reason == house.now(first).cancellation_reason == ""
    assert [event.kind for event in told] == ["appointment.created", "appointment.cancelled"]


def test_the_clinics_figures_stay(house: House, quilla: User, doctor: User) -> None:
    booked = house.run(book(house.slot(doctor).id, quilla))
    before = booked.model_dump(include={"starts_at", "doctor_id", "status", "specialty"})
    with time_machine.travel(clock.now() + timedelta(days=30)):
        erased(house, quilla, actor=quilla)
    after = house.now(booked)
    assert after.model_dump(include=set(before)) == before
    assert after.patient_name == "Erased patient"


def test_who_is_erased_cannot_come_back_and_the_address_is_free(house: House, quilla: User) -> None:
    erased(house, quilla, actor=quilla)
    with pytest.raises(Invalid):
        house.run(sign_in("quilla@example.org", PASSWORD))
    again = house.run(
        add_person(role=Role.PATIENT, email="quilla@example.org", name="Q", password=None)
    )
    assert again.id != quilla.id


def test_an_appointment_ahead_is_cancelled_first(house: House, quilla: User, doctor: User) -> None:
    booked = house.run(book(house.slot(doctor).id, quilla))
    with refused(house, Conflict):
        house.run(erase(quilla, actor=quilla))
    house.run(cancel(booked.id, quilla))
    erased(house, quilla, actor=quilla)
    assert house.now(booked).status is AppointmentStatus.CANCELLED


def test_the_refusal_says_how_many_appointments_lie_ahead(
    house: House, quilla: User, doctor: User
) -> None:
    for hour in (time(9), time(11)):
        house.run(book(house.slot(doctor, start=hour).id, quilla))
    with refused(house, Conflict) as refusal:
        house.run(erase(quilla, actor=quilla))
    assert "2 appointments ahead" in str(refusal.value)


@pytest.mark.parametrize("status", ["arrived", "completed", "missed"])
def test_one_that_is_marked_before_its_time_has_to_be_unmarked_first(
    house: House, quilla: User, doctor: User, status: str
) -> None:
    booked = house.run(book(house.slot(doctor).id, quilla))
    house.run(mark(booked.id, AppointmentStatus(status), doctor))
    with refused(house, Conflict):
        house.run(erase(quilla, actor=quilla))
    house.run(mark(booked.id, AppointmentStatus.BOOKED, doctor))
    house.run(cancel(booked.id, quilla))
    erased(house, quilla, actor=quilla)


def test_what_is_over_before_its_end_keeps_nobody(house: House, quilla: User, doctor: User) -> None:
    booked = house.run(book(house.slot(doctor).id, quilla))
    with frozen(booked.starts_at):
        house.run(mark(booked.id, AppointmentStatus.COMPLETED, doctor))
        erased(house, quilla, actor=quilla)


@pytest.mark.parametrize("role", [Role.PATIENT, Role.DOCTOR, Role.RECEPTIONIST])
def test_nobody_erases_somebody_else(house: House, quilla: User, role: Role) -> None:
    other = house.person(role)
    with refused(house, Forbidden):
        house.run(erase(quilla, actor=other))


def test_staff_is_not_erased(house: House, doctor: User) -> None:
    with refused(house, Forbidden):
        house.run(erase(doctor, actor=doctor))


def test_the_password_is_asked_for_and_cannot_be_guessed(house: House, quilla: User) -> None:
    for _ in range(5):
        with pytest.raises(Invalid):
            house.run(erase_oneself(quilla, "wrong"))
    with pytest.raises(TooManyTries):
        house.run(erase_oneself(quilla, PASSWORD))
    assert house.now(quilla).email == "quilla@example.org"


def test_that_somebody_was_erased_is_on_record_by_id(house: House, quilla: User) -> None:
    admin = house.person(Role.ADMIN)
    erased(house, quilla, actor=admin)
    [entry] = house.run(AuditEntry.find({"what": "person.erased"}).to_list())
    assert (entry.actor_id, entry.people) == (admin.id, [quilla.id])
    assert [one.open for one in house.run(Erasure.find_all().to_list())] == [False]
    assert house.run(open_erasures()) == []


def test_what_was_booked_in_the_moment_of_the_erasure_is_cancelled(
    house: House, quilla: User, slot: Slot
) -> None:
    house.run(erase(quilla, actor=quilla))
    stray = house.run(book(slot.id, quilla, reason="quilla itches"))
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        house.run(finish_erasure(quilla.id))
        assert house.now(stray).status is AppointmentStatus.CANCELLED
        assert house.now(slot).status is SlotStatus.OPEN
        assert house.run(open_erasures()) == [quilla.id]
        house.run(finish_erasure(quilla.id))
        assert house.run(open_erasures()) == []
    assert "quilla" not in house.run(everything_stored()).lower()
