"""What becomes of the demo clinic at later starts."""

from datetime import timedelta

import pytest
import time_machine

from domain import clinic
from domain.actions.withdrawing import withdraw_slot
from domain.database import change_one
from domain.documents import SlotStatus, User
from domain.ids import Id
from hosting import demo
from hosting.demo_people import addresses
from tests.conftest import Run
from tests.hosting.invariants import broken
from tests.hosting.wednesday import LAST_DAY, TOMORROW, WEDNESDAY, ZONE, slots_of


@pytest.fixture
def demo_clinic(run: Run) -> Run:
    """Run a coroutine on a demo clinic made late on a Wednesday morning."""
    with time_machine.travel(WEDNESDAY, tick=True):
        assert run(demo.make_demo_clinic())
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


def test_what_a_doctor_took_back_is_not_offered_again(demo_clinic: Run) -> None:
    with time_machine.travel(WEDNESDAY, tick=True):
        slots = demo_clinic(slots_of(TOMORROW, TOMORROW))
        slot = next(slot for slot in slots if slot.status is SlotStatus.OPEN)
        doctor = demo_clinic(person(slot.doctor_id))
        demo_clinic(withdraw_slot(slot.id, doctor))
        assert demo_clinic(demo.keep_time_ahead()) == 0


def test_times_are_those_of_the_practice(run: Run) -> None:
    clinic.configure(clinic.Clinic(timezone="America/Vancouver"))
    with time_machine.travel(WEDNESDAY, tick=True):
        run(demo.make_demo_clinic())
    hours = {slot.wall_start[-5:] for slot in run(slots_of(TOMORROW, LAST_DAY))}
    assert (min(hours), max(hours)) == ("08:00", "17:30")


def test_demo_logins_are_known_as_long_as_one_of_them_works(demo_clinic: Run) -> None:
    nobody = {"$set": {"password_hash": None}}
    for email in addresses():
        assert demo_clinic(demo.demo_logins_work())
        demo_clinic(change_one(User, {"email": email}, nobody))
    assert not demo_clinic(demo.demo_logins_work())


async def person(user_id: Id) -> User | None:
    return await User.find_one({"_id": user_id})
