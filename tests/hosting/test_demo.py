"""The demo clinic."""

from datetime import timedelta

import pytest
import time_machine

from domain.actions import signing_in
from domain.documents import Appointment, Role, SlotStatus, User
from domain.queries.appointments import of_patient
from domain.walltime import day_bounds
from hosting import demo
from hosting.demo_people import PASSWORD, addresses
from hosting.loop import LoopThread
from tests.conftest import Run, empty
from tests.hosting.invariants import broken
from tests.hosting.wednesday import LAST_DAY, TODAY, TOMORROW, WEDNESDAY, ZONE, slots_of


@pytest.fixture(scope="module")
def demo_clinic(loop: LoopThread) -> Run:
    """Run a coroutine on a demo clinic made late on a Wednesday morning, which none changes."""
    empty()
    with time_machine.travel(WEDNESDAY, tick=True):
        assert loop.run(demo.make_demo_clinic())
    return loop.run


def test_every_demo_login_has_the_demo_password(demo_clinic: Run) -> None:
    people = demo_clinic(User.find({"email": {"$in": addresses()}}).to_list())
    assert len(people) == 40 + 6 + 1 + 1
    assert len({person.password_hash for person in people}) == 1
    person, _ = demo_clinic(signing_in.sign_in("doctor6@example.org", PASSWORD))
    assert person.role is Role.DOCTOR


def test_six_doctors_of_different_specialties_offer_three_weeks_of_half_hours(
    demo_clinic: Run,
) -> None:
    slots = demo_clinic(slots_of(TOMORROW, LAST_DAY))
    assert len({slot.doctor_id for slot in slots}) == len({slot.specialty for slot in slots}) == 6
    assert {slot.ends_at - slot.starts_at for slot in slots} == {timedelta(minutes=30)}
    days = {slot.starts_at.astimezone(ZONE).date() for slot in slots}
    weekdays = [TODAY + timedelta(days=n) for n in range(1, 22)]
    assert days == {day for day in weekdays if day.weekday() < 5}


def test_some_of_it_is_booked_and_today_is_under_way(demo_clinic: Run) -> None:
    slots = demo_clinic(slots_of(TOMORROW, LAST_DAY))
    booked = sum(slot.status is SlotStatus.BOOKED for slot in slots) / len(slots)
    assert 0.15 < booked < 0.35
    start, end = day_bounds(TODAY, ZONE)
    where = {"starts_at": {"$gte": start, "$lt": end}}
    statuses = {one.status for one in demo_clinic(Appointment.find(where).to_list())}
    assert {"booked", "arrived", "completed"} <= statuses


def test_what_was_made_keeps_every_invariant_and_is_news_to_nobody(demo_clinic: Run) -> None:
    assert demo_clinic(broken()) == []


def test_demo_patients_are_free_to_try_booking(demo_clinic: Run) -> None:
    where = {"starts_at": {"$gt": WEDNESDAY}, "patient_email": {"$in": addresses()}}
    taken = demo_clinic(Appointment.find(where).to_list())
    assert [one.patient_email for one in taken] == ["patient@example.org"]
    with time_machine.travel(WEDNESDAY, tick=True):
        assert len(demo_clinic(of_patient(taken[0].patient_id)).upcoming) == 1


def test_a_second_start_changes_nothing(demo_clinic: Run) -> None:
    with time_machine.travel(WEDNESDAY, tick=True):
        assert not demo_clinic(demo.make_demo_clinic())
        assert demo_clinic(demo.keep_time_ahead()) == 0
