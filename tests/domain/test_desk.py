"""The reception list."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine

from domain import clock
from domain.actions.accounts import add_person
from domain.actions.attendance import mark
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.contact import change_address
from domain.actions.own_account import introduce
from domain.changing import change_one
from domain.documents import Appointment, AppointmentStatus, Role, Slot, User
from domain.errors import Invalid
from domain.ids import Id, new_id
from domain.queries import desk_days
from domain.queries.desk import DeskPage, desk_counts, desk_page, desk_rows
from domain.queries.desk_lines import DeskFilter
from tests.domain.commands import recorded_commands
from tests.domain.conftest import House, frozen, in_days, refused


def wanted(**changes: Any) -> DeskFilter:
    day = changes.pop("date", in_days(7))
    return DeskFilter(**{"date": day, "until": day, **changes})


def page(house: House, *, size: int = 50, **changes: Any) -> DeskPage:
    found: DeskPage = house.run(desk_page(wanted(**changes), size=size))
    return found


def pages(house: House, size: int, **changes: Any) -> list[Id]:
    """Walk through all pages."""
    seen: list[Id] = []
    after = None
    while True:
        found = page(house, size=size, after=after, **changes)
        seen += [row.id for row in found.rows]
        after = found.next_after
        if after is None:
            return seen


def names(house: House, **changes: Any) -> list[str]:
    return [row.patient_name for row in page(house, **changes).rows]


def booked(house: House, doctor: User, patient: User, **when: Any) -> Appointment:
    appointment: Appointment = house.run(book(house.slot(doctor, **when).id, patient))
    return appointment


def named(house: House, name: str, email: str = "") -> User:
    address = email or f"{new_id()}@example.org"
    person: User = house.run(add_person(role=Role.PATIENT, email=address, password=None, name=name))
    return person


@pytest.fixture
def day(house: House, doctor: User) -> list[Appointment]:
    """Seven appointments, five of them at the same time with as many doctors."""
    doctors = [house.person(Role.DOCTOR) for _ in range(5)]
    crowd = [booked(house, one, house.person()) for one in doctors]
    early = booked(house, doctor, house.person(), start=time(8))
    late = booked(house, doctor, house.person(), start=time(17))
    return [early, *sorted(crowd, key=lambda one: one.id), late]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6, 7, 50])
def test_pages_show_each_row_once_and_in_order(
    house: House, day: list[Appointment], size: int
) -> None:
    assert pages(house, size) == [one.id for one in day]


def test_rows_of_one_moment_have_an_order_whatever_order_they_came_in(
    house: House, day: list[Appointment]
) -> None:
    numbers = [5, 1, 4, 2, 3]
    for number in numbers:
        twin = {"id": Id(f"{number:024}"), "reference": f"AAA-AA{number}", "status": "cancelled"}
        house.run(day[1].model_copy(update=twin).insert())
    crowd = [Id(f"{number:024}") for number in sorted(numbers)]
    rows = [day[0].id, *crowd, *(one.id for one in day[1:])]
    assert pages(house, 2) == pages(house, 50) == rows


def test_the_last_page_names_no_next_one(house: House, day: list[Appointment]) -> None:
    assert page(house, size=7).next_after is None
    assert page(house, size=6).next_after is not None


def test_rows_that_come_and_go_meanwhile_neither_repeat_nor_skip_any(
    house: House, day: list[Appointment], receptionist: User
) -> None:
    first = page(house, size=3, status=AppointmentStatus.BOOKED)
    house.run(cancel(first.rows[-1].id, receptionist, reason="Ill"))
    house.run(cancel(first.rows[0].id, receptionist, reason="Ill"))
    earlier = booked(house, house.person(Role.DOCTOR), house.person(), start=time(7))
    same_time = booked(house, house.person(Role.DOCTOR), house.person())
    rest = page(house, after=first.next_after, status=AppointmentStatus.BOOKED)
    assert [row.id for row in rest.rows] == [
        day[3].id,
        day[4].id,
        day[5].id,
        same_time.id,
        day[6].id,
    ]
    assert earlier.id not in {row.id for row in rest.rows}


def test_the_whole_list_is_what_the_pages_show(house: House, day: list[Appointment]) -> None:
    async def rows() -> list[Id]:
        return [row.id async for row in desk_rows(wanted())]

    assert house.run(rows()) == pages(house, 2)


@pytest.mark.usefixtures("november")
def test_many_rows_of_one_moment_are_all_there_however_few_are_read_at_a_time(
    house: House, day: list[Appointment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_days, "_MOST_OF_A_PIECE", 2)
    for size in (1, 3, 50):
        assert pages(house, size, until=in_days(40)) == [one.id for one in day], size


def test_days_are_the_days_of_the_practice(house: House, doctor: User, patient: User) -> None:
    first, last = date(2027, 1, 11), date(2027, 1, 12)
    edges = [(first, time(0)), (first, time(23, 55)), (last, time(0)), (last, time(23, 55))]
    rows = [booked(house, doctor, patient, day=day, start=at, minutes=5).id for day, at in edges]
    assert [row.id for row in page(house, date=first, until=first).rows] == rows[:2]
    assert [row.id for row in page(house, date=first, until=last).rows] == rows
    assert page(house, date=last, until=first).rows == []


def test_a_list_of_one_doctor_and_one_status(
    house: House, day: list[Appointment], doctor: User, receptionist: User
) -> None:
    house.run(mark(day[0].id, AppointmentStatus.ARRIVED, receptionist))
    house.run(mark(day[1].id, AppointmentStatus.ARRIVED, receptionist))
    arrived = {"status": AppointmentStatus.ARRIVED}
    assert pages(house, 1, doctor_id=doctor.id) == [day[0].id, day[6].id]
    assert pages(house, 1, **arrived) == [day[0].id, day[1].id]
    assert pages(house, 1, **arrived, doctor_id=doctor.id) == [day[0].id]
    assert page(house, doctor_id=new_id()).rows == []


def test_a_search_finds_names_and_addresses(house: House, doctor: User) -> None:
    ada = named(house, "Ada Becker", "countess@example.org")
    zoe = named(house, "Zo\u00eb Meier-Schulz")
    for number, person in enumerate((ada, zoe)):
        booked(house, doctor, person, start=time(9 + number))
    for typed in ("ada", "BECK", "ada beck", "beck ada", "countess@ex"):
        assert names(house, q=typed) == ["Ada Becker"], typed
    for typed in ("zoe", "Zo\u00eb", "schulz", "meier-schulz"):
        assert names(house, q=typed) == ["Zo\u00eb Meier-Schulz"], typed
    for typed in ("ada zoe", "ecker", ".*", "nobody"):
        assert names(house, q=typed) == [], typed
    assert names(house, q="  ") == ["Ada Becker", "Zo\u00eb Meier-Schulz"]


def test_a_search_goes_on_page_after_page(house: House, doctor: User) -> None:
    people = [named(house, f"{'Ada' if number % 2 else 'Bob'} {number}") for number in range(8)]
    rows = [
        booked(house, doctor, person, start=time(8 + number)).id
        for number, person in enumerate(people)
    ]
    assert pages(house, 1, q="ada") == rows[1::2]
    assert pages(house, 3, q="ada") == rows[1::2]


def test_a_search_of_many_days_finds_all_that_few_people_have(house: House, doctor: User) -> None:
    ada, bob = named(house, "Ada Becker"), named(house, "Bob Fuchs")
    other = house.person(Role.DOCTOR)
    early = booked(house, doctor, ada, day=in_days(8), start=time(10))
    late = booked(house, other, ada, day=in_days(60))
    booked(house, doctor, bob, day=in_days(9))
    booked(house, doctor, ada, day=in_days(80))
    days = {"date": in_days(7), "until": in_days(70)}
    for size in (1, 2, 50):
        assert pages(house, size, q="ada beck", **days) == [early.id, late.id], size
    assert pages(house, 50, q="ada", doctor_id=other.id, **days) == [late.id]
    assert pages(house, 50, q="ada", status=AppointmentStatus.MISSED, **days) == []
    assert pages(house, 50, q="ada fuchs", **days) == []


def test_what_was_booked_under_a_former_name_or_address_is_found_by_it(
    house: House, doctor: User
) -> None:
    ada = named(house, "Ada Becker", "ada@example.org")
    past, ahead = booked(house, doctor, ada), booked(house, doctor, ada, day=in_days(30))
    days = {"date": in_days(0), "until": in_days(60)}
    with time_machine.travel(past.ends_at + timedelta(days=1), tick=False):
        house.run(introduce(ada, name="Ada Fuchs", phone=""))
        house.run(change_address(ada.id, "fuchs@example.com", house.person(Role.RECEPTIONIST)))
        for former in ("becker", "ada@ex"):
            assert pages(house, 50, q=former, **days) == [past.id], former
        for present in ("fuchs", "fuchs@example.com"):
            assert pages(house, 50, q=present, **days) == [ahead.id], present
        assert pages(house, 50, q="ada", **days) == [past.id, ahead.id]


def test_a_search_for_what_many_are_called_reads_a_part_of_the_days_at_a_time(
    house: House, doctor: User
) -> None:
    rows = [
        booked(house, doctor, named(house, name), day=in_days(7 + number // 2 * 2), start=start)
        for number, name in enumerate(["Bob", "Eve", *["Ada"] * 22, "Zoe"])
        for start in [time(9 + number % 2)]
    ]
    search = wanted(until=in_days(99), q="ada")
    found: DeskPage = house.run(desk_page(search, most_read=2))
    assert (found.rows, found.searched_until) == ([], rows[1].starts_at)
    seen: list[Id] = []
    while found.next_after:
        found = house.run(desk_page(replace(search, after=found.next_after), most_read=2))
        assert len(found.rows) <= 2
        seen += [row.id for row in found.rows]
    assert seen == [row.id for row in rows[2:24]]
    assert found.searched_until is None


@pytest.mark.parametrize("change", [str, str.lower, lambda text: text.replace("-", " ")])
def test_a_reference_finds_its_appointment_whatever_is_filtered(
    house: House, doctor: User, patient: User, change: Any
) -> None:
    elsewhere = booked(house, doctor, patient, day=in_days(30))
    typed = change(elsewhere.reference)
    found = page(house, q=typed, status=AppointmentStatus.MISSED, doctor_id=new_id())
    assert [row.id for row in found.rows] == [elsewhere.id]
    assert found.next_after is None


@pytest.mark.parametrize("name", ["Becker", "Dunke", "Rebekka Fuchs", "AAA BBB"])
def test_a_name_that_could_be_a_reference_is_still_a_name(
    house: House, doctor: User, name: str
) -> None:
    booked(house, doctor, named(house, name))
    assert names(house, q=name) == [name]


def test_a_name_that_is_a_reference_finds_that_appointment_first(
    house: House, doctor: User
) -> None:
    by_name = booked(house, doctor, named(house, "Becker"))
    by_reference = booked(house, doctor, named(house, "Ada"), start=time(10))
    reference = {"$set": {"reference": "BEC-KER"}}
    house.run(change_one(Appointment, {"_id": by_reference.id}, reference))
    assert [row.id for row in page(house, q="becker").rows] == [by_reference.id]
    assert [row.id for row in page(house, q="becke").rows] == [by_name.id]


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "0" * 40,
        "20261122T000000Z",
        "20261122T000000Z" + "A" * 24,
        "20261122T000000Z" + "a" * 25,
        "20261399T000000Z" + "a" * 24,
        "00010101T000000Z" + "a" * 24,
        "99991231T235959Z" + "a" * 24,
        "\x00",
        "\ud800",
        '{"$gt": ""}',
        "x" * 100_000,
    ],
)
def test_a_mark_that_was_tampered_with_is_refused(house: House, after: str) -> None:
    with refused(house, Invalid):
        page(house, after=after)


def test_a_mark_of_other_days_shows_no_other_days(
    house: House, day: list[Appointment], doctor: User
) -> None:
    booked(house, doctor, house.person(), day=in_days(6))
    for moment, rows in (("19900101T000000Z", 7), ("22001231T235959Z", 0)):
        assert len(page(house, after=moment + "a" * 24).rows) == rows


@pytest.mark.parametrize("day", [date.min, date.max])
def test_days_out_of_all_calendars_are_refused(house: House, day: date) -> None:
    with refused(house, Invalid):
        page(house, date=day, until=day)
    with refused(house, Invalid):
        house.run(desk_counts(DeskFilter(date=day, until=day)))


def test_a_day_is_counted_by_status(
    house: House, day: list[Appointment], doctor: User, receptionist: User
) -> None:
    for one, status in zip(day, ("arrived", "completed", "missed"), strict=False):
        house.run(mark(one.id, AppointmentStatus(status), receptionist))
    house.run(cancel(day[3].id, receptionist, reason="Ill"))
    house.slot(doctor, start=time(12))
    house.slot(doctor, day=in_days(8))
    assert house.run(desk_counts(wanted(date=in_days(7)))) == {
        "booked": 3,
        "arrived": 1,
        "completed": 1,
        "missed": 1,
        "cancelled": 1,
        "free": 2,
    }


def test_an_empty_day_counts_nothing(house: House, slot: Slot) -> None:
    assert set(house.run(desk_counts(wanted(date=in_days(6)))).values()) == {0}
    assert house.run(desk_counts(wanted(date=in_days(7))))["free"] == 1


def test_a_time_that_has_begun_is_not_free_any_more(house: House, slot: Slot) -> None:
    day = in_days(7)
    for moment, free in ((timedelta(0), 1), (clock.RESOLUTION, 0), (timedelta(days=3), 0)):
        with frozen(slot.starts_at + moment):
            assert house.run(desk_counts(DeskFilter(date=day, until=day)))["free"] == free


def test_the_page_counts_all_of_its_days_and_doctor_whatever_else_is_filtered(
    house: House, day: list[Appointment], doctor: User, receptionist: User
) -> None:
    house.run(mark(day[0].id, AppointmentStatus.ARRIVED, receptionist))
    house.slot(doctor, start=time(12))
    all_of_it = {"booked": 6, "arrived": 1, "completed": 0, "missed": 0, "cancelled": 0, "free": 1}
    of_the_doctor = all_of_it | {"booked": 1}
    for narrower in ({}, {"q": "nobody"}, {"status": AppointmentStatus.MISSED}):
        for until in (in_days(7), in_days(9)):
            assert page(house, until=until, **narrower).counts == all_of_it
            found = page(house, until=until, doctor_id=doctor.id, **narrower)
            assert found.counts == of_the_doctor
    assert page(house, until=in_days(60)).counts is None


def test_a_day_is_read_with_its_counts_in_two_questions(
    house: House, day: list[Appointment], doctor: User
) -> None:
    for asked in ({}, {"doctor_id": doctor.id}, {"status": AppointmentStatus.BOOKED, "q": "pat"}):
        with recorded_commands() as sent:
            page(house, **asked)
        assert len(sent) == 2, asked


@pytest.fixture
def today(house: House, doctor: User) -> Iterator[list[Appointment]]:
    """Six appointments of half an hour at nine to half past eleven; it is a quarter past ten."""
    starts = [time(9 + number // 2, number % 2 * 30) for number in range(6)]
    rows = [booked(house, doctor, house.person(), start=start) for start in starts]
    with frozen(rows[2].starts_at + timedelta(minutes=15)):
        yield rows


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 50])
def test_today_is_a_queue_with_what_is_next_on_top(
    house: House, today: list[Appointment], size: int
) -> None:
    assert pages(house, size, date=in_days(0)) == [one.id for one in [*today[2:], *today[:2]]]
    assert page(house, date=in_days(0)).now == clock.now()


def test_the_queue_keeps_its_order_on_further_pages_as_time_goes_by(
    house: House, today: list[Appointment]
) -> None:
    first = page(house, size=3, date=in_days(0))
    with frozen(today[4].starts_at):
        rest = page(house, after=first.next_after, date=in_days(0))
    assert [row.id for row in rest.rows] == [one.id for one in [today[5], *today[:2]]]


def test_what_is_looked_for_today_comes_by_its_start(
    house: House, today: list[Appointment]
) -> None:
    for asked in ({"q": "patient"}, {"status": AppointmentStatus.BOOKED}):
        assert pages(house, 2, date=in_days(0), **asked) == [one.id for one in today]
    assert page(house, date=in_days(0), q="patient").now is None
