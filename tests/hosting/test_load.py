"""Bulk data."""

from datetime import timedelta

import pytest
import time_machine

from domain.actions.reminding import remind_due
from domain.documents import Appointment, AppointmentStatus, Role, Slot, User
from hosting.load import Amount, load
from tests.conftest import Run
from tests.hosting.invariants import broken


@pytest.mark.parametrize(("booked", "appointments"), [(0.0, 0), (1.0, 520)])
def test_it_makes_as_much_as_was_asked_for(run: Run, booked: float, appointments: int) -> None:
    steps: list[int] = []
    run(load(Amount(doctors=3, slots=520, booked=booked), steps.append))
    assert sum(steps) == 520
    assert len(run(Slot.find_all().to_list())) == 520
    assert len(run(Appointment.find_all().to_list())) == appointments
    assert len(run(User.find({"role": Role.DOCTOR}).to_list())) == 3


def test_loading_twice_keeps_every_invariant(run: Run) -> None:
    for _ in range(2):
        run(load(Amount(doctors=7, slots=200, booked=0.7), lambda _: None))
    assert run(broken()) == []


def test_more_doctors_than_patients_need_still_share_no_patient_at_one_time(run: Run) -> None:
    run(load(Amount(doctors=60, slots=120, booked=1.0), lambda _: None))
    assert run(broken()) == []


def test_nobody_is_reminded_of_what_was_loaded(run: Run) -> None:
    run(load(Amount(doctors=1, slots=200, booked=1.0), lambda _: None))
    ahead = run(Appointment.find({"status": AppointmentStatus.BOOKED}).to_list())
    with time_machine.travel(min(one.starts_at for one in ahead) - timedelta(hours=1)):
        assert run(remind_due()) == 0
