"""What becomes of the demo clinic at later starts."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from domain import clinic, passwords
from domain.actions.withdrawing import withdraw_slot
from domain.changing import change_many, change_one
from domain.documents import SlotStatus, User
from domain.ids import Id
from hosting import demo
from hosting.demo_calendar import planned_slots
from hosting.demo_people import DOCTORS, PASSWORD, addresses, doctors, front_office, patients
from hosting.loop import LoopThread
from tests.conftest import Run, empty
from tests.hosting.invariants import broken
from tests.hosting.wednesday import LAST_DAY, TOMORROW, WEDNESDAY, ZONE, slots_of


@pytest.fixture(scope="module")
def demo_clinic(loop: LoopThread) -> Run:
    """Run a coroutine on a demo clinic made late on a Wednesday morning."""
    empty()
    with time_machine.travel(WEDNESDAY, tick=True):
        assert loop.run(demo.make_demo_clinic())
    return loop.run


@pytest.fixture
def people(run: Run) -> Run:
    """Run a coroutine where there are the people of the demo clinic and no calendar."""
    password_hash = run(passwords.hash_password(PASSWORD))
    everybody = [*front_office(), *doctors(), *patients()]
    for person in everybody:
        person.password_hash = password_hash
    run(User.insert_many(everybody))
    return run


def test_a_later_start_has_three_weeks_ahead_again(demo_clinic: Run) -> None:
    later = WEDNESDAY + timedelta(days=12)
    with time_machine.travel(later, tick=True):
        assert demo_clinic(demo.keep_time_ahead()) > 0
        assert demo_clinic(demo.keep_time_ahead()) == 0
    last = later.date() + timedelta(days=21)
    slots = demo_clinic(slots_of(last - timedelta(days=6), last))
    assert len({slot.starts_at.astimezone(ZONE).date() for slot in slots}) == 5
    assert demo_clinic(broken()) == []


def test_two_starts_at_once_have_the_same_time_ahead(demo_clinic: Run) -> None:
    with time_machine.travel(WEDNESDAY + timedelta(days=24), tick=True):
        assert sum(demo_clinic(at_once(demo.keep_time_ahead(), demo.keep_time_ahead()))) > 0
        assert demo_clinic(demo.keep_time_ahead()) == 0
    assert demo_clinic(broken()) == []


def test_what_a_doctor_took_back_is_not_offered_again(demo_clinic: Run) -> None:
    with time_machine.travel(WEDNESDAY, tick=True):
        slots = demo_clinic(slots_of(TOMORROW, TOMORROW))
        slot = next(slot for slot in slots if slot.status is SlotStatus.OPEN)
        doctor = demo_clinic(person(slot.doctor_id))
        demo_clinic(withdraw_slot(slot.id, doctor))
        assert demo_clinic(demo.keep_time_ahead()) == 0


def test_times_are_those_of_the_practice(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = clinic.Clinic(timezone="America/Vancouver")
    monkeypatch.setattr(clinic, "current", lambda: elsewhere)
    zone, plan = elsewhere.zone, DOCTORS[0]
    slots = planned_slots(doctors()[0], plan, TOMORROW, LAST_DAY)
    shown = {f"{slot.starts_at.astimezone(zone):%H:%M}" for slot in slots}
    assert shown == {slot.wall_start[-5:] for slot in slots}
    assert min(shown) == f"{plan.hours[0][0]:%H:%M}"


def test_demo_logins_are_known_as_long_as_one_of_them_works(people: Run) -> None:
    nobody, all_of_them = {"$set": {"password_hash": None}}, addresses()
    people(change_many(User, {"email": {"$in": all_of_them[1:]}}, nobody))
    assert people(demo.demo_logins_work())
    people(change_one(User, {"email": all_of_them[0]}, nobody))
    assert not people(demo.demo_logins_work())


async def at_once(*starts: Coroutine[Any, Any, int]) -> list[int]:
    return await asyncio.gather(*starts)


async def person(user_id: Id) -> User | None:
    return await User.find_one({"_id": user_id})
