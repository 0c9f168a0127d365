"""What an older version stored is brought up to date, once, whoever starts first."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from domain import clinic
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.registering import register
from domain.actions.staff import reactivate
from domain.changing import change_many, change_one
from domain.database import DuplicateKey
from domain.documents import Appointment, MigrationRecord, Role, Slot, SlotStatus, User
from domain.migrations import MIGRATIONS, Migration, migrate
from domain.queries.patients import few_patients_named
from domain.walltime import cells_of
from tests.domain.commands import interrupted
from tests.domain.conftest import House

SECOND_0230 = datetime(2031, 10, 26, 1, 30, tzinfo=UTC)
EVERY = [migration.number for migration in MIGRATIONS]
LACKING = {"wall_start": "", "fold": "", "zone": ""}


def made_older(house: House, *documents: Slot | Appointment) -> None:
    """Leave only UTC of their times, as an older version stored them."""
    for one in documents:
        house.run(change_one(type(one), {"_id": one.id}, {"$unset": LACKING}))
        assert not LACKING.keys() & house.run(as_stored(one)).keys()


async def as_stored(one: Slot | Appointment) -> dict[str, Any]:
    found: dict[str, Any] = await type(one).get_motor_collection().find_one({"_id": one.id})
    return found


def at(house: House, slot: Slot, moment: datetime) -> None:
    ends_at = moment + timedelta(minutes=30)
    times = {"starts_at": moment, "ends_at": ends_at, "cells": cells_of(moment, ends_at)}
    house.run(change_one(Slot, {"_id": slot.id}, {"$set": times}))


def test_slots_and_appointments_with_utc_alone_get_the_practices_wall_time(
    house: House, slot: Slot, patient: User
) -> None:
    booked = house.run(book(slot.id, patient))
    before = house.now(slot), house.now(booked)
    made_older(house, slot, booked)
    assert house.run(migrate()) == EVERY
    assert (house.now(slot), house.now(booked)) == before


@pytest.mark.parametrize(
    ("zone", "wall_start", "fold"),
    [
        ("Europe/Berlin", "2031-10-26T02:30", 1),
        ("America/New_York", "2031-10-25T21:30", 0),
    ],
)
def test_the_wall_time_is_the_one_that_the_clinics_clock_shows(
    house: House, slot: Slot, zone: str, wall_start: str, fold: int
) -> None:
    at(house, slot, SECOND_0230)
    made_older(house, slot)
    clinic.configure(clinic.Clinic(timezone=zone))
    house.run(migrate())
    found = house.now(slot)
    assert (found.wall_start, found.fold, found.zone) == (wall_start, fold, zone)


def test_what_is_known_already_is_left_as_it_is(house: House, slot: Slot) -> None:
    known = {"wall_start": "2031-10-26T02:30", "zone": "Europe/Paris"}
    at(house, slot, SECOND_0230)
    house.run(change_one(Slot, {"_id": slot.id}, {"$set": known, "$unset": {"fold": ""}}))
    house.run(migrate())
    found = house.now(slot)
    assert (found.wall_start, found.fold, found.zone) == ("2031-10-26T02:30", 1, "Europe/Paris")


def test_a_second_start_does_nothing(house: House, slot: Slot) -> None:
    assert house.run(migrate()) == EVERY
    noted = house.run(MigrationRecord.find_all().to_list())
    assert house.run(migrate()) == []
    assert house.run(MigrationRecord.find_all().to_list()) == noted


def test_starts_at_once_end_well_and_note_it_once(house: House, doctor: User) -> None:
    slots = [
        house.slot(doctor, minutes=5, start=datetime(2000, 1, 1, 9 + n).time()) for n in range(9)
    ]
    before = [house.now(slot) for slot in slots]
    made_older(house, *slots)

    async def all_at_once() -> None:
        await asyncio.gather(*(migrate() for _ in range(5)))

    house.run(all_at_once())
    assert [house.now(slot) for slot in slots] == before
    assert house.run(MigrationRecord.find_all().count()) == len(MIGRATIONS)


def test_one_that_breaks_off_is_not_noted_and_runs_again(house: House, slot: Slot) -> None:
    tries = []

    async def breaks_once() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("the power went")

    steps = [Migration(7, "a step that breaks once", breaks_once)]
    with pytest.raises(RuntimeError):
        house.run(migrate(steps))
    assert house.run(migrate(steps)) == [7]
    assert house.run(migrate(steps)) == []


def test_indexes_that_one_other_replaced_are_gone_from_an_older_database(house: House) -> None:
    deliveries = MigrationRecord.get_motor_collection().database["deliveries"]

    async def left() -> set[str]:
        await deliveries.create_index("subject_id", name="deliveries_in_order")
        await migrate()
        return set(await deliveries.index_information())

    assert "deliveries_in_order" not in house.run(left())


def test_numbers_rise() -> None:
    numbers = [migration.number for migration in MIGRATIONS]
    assert numbers == sorted(set(numbers))


def test_reasons_in_clear_are_encrypted_and_read_as_before(
    house: House, slot: Slot, patient: User
) -> None:
    booked = house.run(book(slot.id, patient, reason="A rash", idempotency_key="k"))
    older = {"reason": "A rash", "cancellation_reason": "", "fingerprint": "0a" * 32}
    house.run(change_one(Appointment, {"_id": booked.id}, {"$set": older}))
    assert house.run(migrate()) == EVERY
    stored = house.run(as_stored(booked))
    assert set(stored["reason"]) == {"sealed"}
    assert (stored["cancellation_reason"], stored["fingerprint"]) == ("", str(slot.id))
    assert house.now(booked).reason == "A rash"
    again = house.run(book(slot.id, patient, reason="A rash", idempotency_key="k"))
    assert again.id == booked.id


def test_older_appointments_get_a_link_of_their_own(
    house: House, slot: Slot, patient: User
) -> None:
    booked = house.run(book(slot.id, patient))
    house.run(change_one(Appointment, {"_id": booked.id}, {"$unset": {"link_nonce": ""}}))
    house.run(migrate())
    first = house.run(as_stored(booked))["link_nonce"]
    assert len(first) >= 22
    house.run(migrate(MIGRATIONS))
    assert house.run(as_stored(booked))["link_nonce"] == first


def test_patients_of_an_older_database_are_found_by_the_names_they_booked_under(
    house: House, slot: Slot, patient: User
) -> None:
    booked = house.run(book(slot.id, patient))
    former = {"$set": {"words": ["becker", "becker@example.org"]}}
    house.run(change_one(Appointment, {"_id": booked.id}, former))
    assert house.run(few_patients_named(["beck"], 9)) == []
    assert house.run(migrate()) == EVERY
    assert house.run(few_patients_named(["beck"], 9)) == [patient.id]
    assert set(patient.words) < set(house.now(patient).words)


def test_what_was_open_with_a_doctor_who_had_left_is_so_no_more(
    house: House, doctor: User, slot: Slot, patient: User
) -> None:
    booked = house.run(book(slot.id, patient))
    left, here = house.slot(doctor, start=time(11)), house.slot(house.person(Role.DOCTOR))
    house.run(change_one(User, {"_id": doctor.id}, {"$set": {"active": False}}))
    house.run(change_many(Slot, {}, {"$unset": {"doctor_left": ""}}))
    assert house.run(migrate()) == EVERY
    house.run(cancel(booked.id, patient))
    found = [house.now(one).status for one in (left, slot, here)]
    assert found == [SlotStatus.WITHDRAWN, SlotStatus.WITHDRAWN, SlotStatus.OPEN]


def test_the_times_of_a_doctor_who_is_taken_back_in_that_moment_stay_open(
    house: House, doctor: User, slot: Slot
) -> None:
    admin = house.person(Role.ADMIN)
    house.run(change_one(User, {"_id": doctor.id}, {"$set": {"active": False}}))
    steps = [migration for migration in MIGRATIONS if migration.number == 7]
    with interrupted(lambda: house.run(reactivate(doctor.id, admin)), after=1, of="users"):
        house.run(migrate(steps))
    assert house.now(slot).status is SlotStatus.OPEN


def test_an_address_that_has_an_account_can_be_registered_with_again(house: House) -> None:
    users = User.get_motor_collection()

    async def before() -> None:
        await users.create_index("email", name="users_email", unique=True)

    async def indexes() -> dict[str, Any]:
        return dict(await users.index_information())

    house.run(before())
    patient = house.person()
    wish = {"email": patient.email, "password": "three green kettles", "name": "Ann"}
    with pytest.raises(DuplicateKey):
        house.run(register(**wish))
    house.run(migrate())
    assert house.run(register(**wish)).email == patient.email
    assert "users_email" not in house.run(indexes())
    house.run(migrate(MIGRATIONS))
