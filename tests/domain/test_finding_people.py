"""Finding doctors and patients."""

from datetime import time, timedelta

import pytest
from click import IntRange

from domain import clock
from domain.actions.accounts import add_person
from domain.changing import change_one
from domain.documents import Role, User
from domain.errors import NotFound
from domain.ids import new_id
from domain.queries import doctors as doctors_asked
from domain.queries import patients as patients_asked
from domain.queries import staff as staff_asked
from domain.queries.doctors import all_doctors, doctor_named
from domain.queries.finding_doctors import find_doctors
from domain.queries.patients import find_patients, patient_by_id
from domain.queries.remembering import forget
from domain.queries.staff import all_staff
from hosting.upkeep import load
from tests.domain.commands import recorded_commands
from tests.domain.conftest import House, in_days

HOSTILE = [
    ".*",
    "^",
    "$",
    "(?:",
    "[",
    "\\",
    "{1}",
    "a|b",
    "*",
    "?",
    '{"$ne": null}',
    "\u202e",
    "x" * 100_000,
    "(" * 5_000,
    "% _ ' \" ;",
]


def entered(house: House, name: str, role: Role = Role.PATIENT, **more: str) -> User:
    address = more.pop("email", f"{new_id()}@example.org")
    person: User = house.run(add_person(role=role, email=address, password=None, name=name, **more))
    return person


def doctors(house: House, typed: str = "", **how: object) -> list[str]:
    return [one.name for one in house.run(find_doctors(typed, **how)).doctors]  # type: ignore[arg-type]


def patients(house: House, typed: str, **how: int) -> list[str]:
    return [one.name for one in house.run(find_patients(typed, **how)).rows]


@pytest.fixture
def ward(house: House) -> House:
    entered(house, "Dr. Anna Meier-Schulz", Role.DOCTOR, specialty="Dermatology")
    entered(house, "Dr. Jos\u00e9 \u00c1lvarez", Role.DOCTOR, specialty="General practice")
    entered(house, "Dr. Ben Gross", Role.DOCTOR, specialty="Ears (nose, throat)")
    entered(house, "Anna Becker", email="becker@example.org")
    entered(house, "Anna Muster")
    entered(house, "Dirk Dermann", Role.RECEPTIONIST)
    return house


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["Dr. Anna Meier-Schulz", "Dr. Ben Gross", "Dr. Jos\u00e9 \u00c1lvarez"]),
        ("  ", ["Dr. Anna Meier-Schulz", "Dr. Ben Gross", "Dr. Jos\u00e9 \u00c1lvarez"]),
        ("ANNA", ["Dr. Anna Meier-Schulz"]),
        ("schul", ["Dr. Anna Meier-Schulz"]),
        ("jose alv", ["Dr. Jos\u00e9 \u00c1lvarez"]),
        ("alva jos", ["Dr. Jos\u00e9 \u00c1lvarez"]),
        ("derm", ["Dr. Anna Meier-Schulz"]),
        ("anna general", []),
        ("nna", []),
        ("ears (nose", ["Dr. Ben Gross"]),
    ],
)
def test_doctors_are_found_by_name_and_specialty(ward: House, typed: str, found: list[str]) -> None:
    assert doctors(ward, typed) == found


def test_doctors_are_not_found_by_their_address(house: House) -> None:
    entered(house, "Dr. Who", Role.DOCTOR, email="tardis@example.org")
    assert doctors(house, "tardis") == []


def test_a_doctor_who_left_is_not_found(ward: House) -> None:
    [gone] = ward.run(find_doctors("anna")).doctors
    ward.run(change_one(User, {"_id": gone.id}, {"$set": {"active": False}}))
    forget()  # what would be seen some seconds later
    assert doctors(ward, "anna") == []
    assert gone.id not in {one.id for one in ward.run(all_doctors())}
    with pytest.raises(NotFound):
        ward.run(doctor_named(gone.id))


def test_doctors_come_with_their_next_free_times(house: House, doctor: User) -> None:
    slots = [house.slot(doctor, day=in_days(2 + day), start=time(9)) for day in range(4)]
    [found] = house.run(find_doctors()).doctors
    assert [one.id for one in found.next_slots] == [slot.id for slot in slots[:3]]
    assert (found.id, found.specialty) == (doctor.id, "Dermatology")


def test_as_many_doctors_are_found_as_asked_for(ward: House) -> None:
    assert len(doctors(ward, limit=2)) == 2


def test_as_many_doctors_are_asked_for_as_can_be_made_for_measuring(house: House) -> None:
    [number] = [one for one in load.params if one.name == "doctors"]
    assert isinstance(number.type, IntRange)
    with recorded_commands() as sent:
        house.run(all_doctors())
        house.run(all_staff(active=True))
    assert {command["limit"] for _, command in sent} == {number.type.max}


def test_it_is_logged_when_doctors_are_more_than_can_be_listed(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(doctors_asked, "_MOST_DOCTORS", 2)
    monkeypatch.setattr(staff_asked, "_MOST_OF_ONE_ROLE", 2)
    house.doctors(3, "Cardiology")
    assert len(doctors(house)) == len(house.run(all_staff(active=True))) == 2
    assert "no more than 2 doctors" in caplog.text
    assert "listed as doctor" in caplog.text


def test_the_first_time_of_more_than_can_be_asked_is_not_guessed(house: House) -> None:
    staff = house.doctors(131, "Cardiology")
    house.slot(staff[0])
    found = house.run(find_doctors("card", limit=1))
    assert (found.number, found.earliest) == (131, None)


def test_a_doctor_is_named_and_nobody_else_is(house: House, doctor: User, patient: User) -> None:
    assert house.run(doctor_named(doctor.id)).name == doctor.name
    for unknown in (patient.id, new_id()):
        with pytest.raises(NotFound):
            house.run(doctor_named(unknown))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("anna", ["Anna Becker", "Anna Muster"]),
        ("an b", ["Anna Becker"]),
        ("b an", ["Anna Becker"]),
        ("becker@exam", ["Anna Becker"]),
        ("becker@example.org", ["Anna Becker"]),
        ("becker@example.organic", []),
        ("dirk", []),
        ("meier", []),
        ("", []),
        (" \u0301 ", []),
    ],
)
def test_patients_are_found_by_name_and_address(ward: House, typed: str, found: list[str]) -> None:
    assert patients(ward, typed) == found


def test_a_long_name_is_found_to_its_end(house: House) -> None:
    entered(house, "Wolfeschlegelsteinhausen")
    assert patients(house, "wolfeschlegelsteinh") == ["Wolfeschlegelsteinhausen"]
    assert patients(house, "wolfeschlegelsteinx") == []


def test_as_many_patients_are_found_as_asked_for(house: House) -> None:
    for number in range(12):
        entered(house, f"Ada {number:02}")
    assert len(patients(house, "ada")) == 10
    assert patients(house, "ada", limit=2) == ["Ada 00", "Ada 01"]
    assert patients(house, "ada 11") == ["Ada 11"]


def test_a_search_says_where_it_shows_not_all(house: House) -> None:
    for number in range(11):
        entered(house, f"Ada {number:02}")
    assert house.run(find_patients("ada")).may_be_more
    assert not house.run(find_patients("ada", limit=11)).may_be_more
    assert not house.run(find_patients("ada 10")).may_be_more


def test_of_very_many_a_bounded_number_is_read_in_the_order_of_the_index(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patients_asked, "_MOST_NAMES", 3)
    for number in range(4):
        entered(house, f"Ada {number:02}")
    with recorded_commands() as sent:
        found = house.run(find_patients("ada"))
    assert (len(found.rows), found.may_be_more) == (3, True)
    [(_, command)] = sent
    assert command["limit"] == 3
    assert "sort" not in command
    assert patients(house, "ada 03") == ["Ada 03"]


def test_a_full_name_is_found_however_many_share_its_longest_word(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patients_asked, "_MOST_READ", 3)
    for first in ("Ada", "Bea", "Cleo", "Dora", "Eve"):
        entered(house, f"{first} Wolfeschlegelsteinhausen")
    found = house.run(find_patients("eve wolfeschlegelsteinhausen"))
    assert [one.name for one in found.rows] == ["Eve Wolfeschlegelsteinhausen"]
    assert not found.may_be_more


@pytest.mark.parametrize("typed", HOSTILE)
def test_a_hostile_search_finds_nobody(ward: House, typed: str) -> None:
    assert patients(ward, typed) == []
    assert doctors(ward, typed) == []


def test_what_no_name_can_hold_is_left_out_of_a_search(ward: House) -> None:
    assert patients(ward, "an\x00bec\ud800") == ["Anna Becker"]
    assert doctors(ward, "\x00an\ud800schu") == ["Dr. Anna Meier-Schulz"]
    assert patients(ward, "\ud800") == []


def test_a_patient_who_may_be_booked_for(house: House, patient: User, doctor: User) -> None:
    assert house.run(patient_by_id(patient.id)).id == patient.id
    house.run(change_one(User, {"_id": patient.id}, {"$set": {"active": False}}))
    for unknown in (patient.id, doctor.id, new_id()):
        with pytest.raises(NotFound):
            house.run(patient_by_id(unknown))
    assert patients(house, patient.name) == []


def test_a_newly_entered_person_was_made_just_now(house: House) -> None:
    person = entered(house, "Ada")
    assert clock.now() - house.now(person).created_at < timedelta(minutes=1)
