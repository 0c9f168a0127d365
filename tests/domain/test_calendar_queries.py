"""What a doctor's calendar asks for beside its weeks."""

from datetime import date, time

import pytest

from domain import clinic
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.withdrawing import withdraw_slot
from domain.documents import Appointment, Role, Slot, User
from domain.queries.appointments import past_with_doctor
from domain.queries.calendar import DayLoad, month_load
from tests.domain.conftest import House, in_days


def load(house: House, doctor: User) -> dict[date, DayLoad]:
    found: dict[date, DayLoad] = house.run(month_load(doctor.id, in_days(0), in_days(30)))
    return found


def test_a_month_tells_how_full_each_day_is(house: House, doctor: User, slot: Slot) -> None:
    for hour in (10, 11):
        house.slot(doctor, start=time(hour))
    house.slot(doctor, day=in_days(8))
    house.run(book(slot.id, house.person()))
    assert load(house, doctor) == {
        in_days(7): DayLoad(taken=1, free=2),
        in_days(8): DayLoad(taken=0, free=1),
    }


def test_what_was_withdrawn_or_cancelled_fills_no_day(
    house: House, doctor: User, slot: Slot, patient: User
) -> None:
    gone = house.slot(doctor, start=time(10))
    house.run(withdraw_slot(gone.id, doctor))
    house.run(cancel(house.run(book(slot.id, patient)).id, patient))
    assert load(house, doctor) == {in_days(7): DayLoad(taken=0, free=1)}


def test_days_are_those_of_the_practice_and_of_one_doctor(house: House, doctor: User) -> None:
    clinic.configure(clinic.Clinic(timezone="Pacific/Auckland"))
    house.slot(doctor, day=in_days(7), start=time(0, 30))
    house.slot(house.person(Role.DOCTOR), day=in_days(6))
    assert load(house, doctor) == {in_days(7): DayLoad(taken=0, free=1)}


def visit(house: House, doctor: User, patient: User, days: int) -> Appointment:
    slot = house.slot(doctor, day=in_days(days))
    found: Appointment = house.run(book(slot.id, patient))
    return found


def test_earlier_visits_to_the_same_doctor_are_found_the_newest_first(
    house: House, doctor: User, patient: User
) -> None:
    first, second, third, _later = [visit(house, doctor, patient, days) for days in (3, 4, 5, 6)]
    visit(house, house.person(Role.DOCTOR), patient, 2)
    visit(house, doctor, house.person(), 1)
    found = house.run(past_with_doctor(third))
    assert [one.id for one in found] == [second.id, first.id]


def test_earlier_visits_are_bounded(house: House, doctor: User, patient: User) -> None:
    visits = [visit(house, doctor, patient, days) for days in range(3, 26)]
    found = house.run(past_with_doctor(visits[-1]))
    assert [one.id for one in found] == [one.id for one in reversed(visits[2:-1])]


def test_a_first_visit_has_none_before_it(house: House, doctor: User, patient: User) -> None:
    assert house.run(past_with_doctor(visit(house, doctor, patient, 3))) == []


@pytest.mark.usefixtures("november")
def test_a_month_covers_days_of_another_length(house: House, doctor: User) -> None:
    sunday = date(2027, 3, 28)
    for start in (time(0), time(23, 30)):
        house.slot(doctor, day=sunday, start=start)
    found = house.run(month_load(doctor.id, sunday, sunday))
    assert found == {sunday: DayLoad(taken=0, free=2)}
