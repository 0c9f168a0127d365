"""`run.py reproject`: what it says, what it does, and how it ends."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from domain.actions.booking import book
from domain.changing import change_one
from domain.documents import Role, Slot, User
from tests.conftest import Run
from tests.domain.conftest import House
from tests.domain.test_reprojecting import put
from tests.hosting.processes import run_py

HOUR = timedelta(hours=1)


@pytest.fixture
def house(run: Run) -> House:
    return House(run)


@pytest.fixture
def doctor(house: House) -> User:
    return house.person(Role.DOCTOR, "Dr. Ada Weiss")


@pytest.fixture
def slot(house: House, doctor: User) -> Slot:
    return house.slot(doctor)


def reproject(folder: Path, uri: str, *options: str) -> "CompletedProcess[str]":
    settings = {"MONGODB_URI": uri, "MONGODB_DATABASE": "tests", "SECRET_KEY": "k" * 32}
    return run_py(folder, "reproject", *options, **settings)


def test_what_moved_is_told_with_ids_and_without_names(
    tmp_path: Path, mongodb_uri: str, house: House, slot: Slot
) -> None:
    booked = house.run(book(slot.id, house.person(name="Grace Hopper")))
    put(house.run, slot, HOUR)
    dry = reproject(tmp_path, mongodb_uri, "--dry-run")
    assert house.now(slot).starts_at == slot.starts_at + HOUR
    done = reproject(tmp_path, mongodb_uri)
    assert house.now(slot).starts_at == slot.starts_at
    again = reproject(tmp_path, mongodb_uri)
    told = f"slot {slot.id} (appointment {booked.reference}), {slot.wall_start} Europe/Berlin: "
    told += f"{slot.starts_at + HOUR:%Y-%m-%dT%H:%MZ} to {slot.starts_at:%Y-%m-%dT%H:%MZ}"
    assert [one.returncode for one in (dry, done, again)] == [0, 0, 0], done.stderr
    assert dry.stdout.splitlines()[0] == f"would move {told}"
    assert done.stdout.splitlines()[0] == f"moved      {told}"
    assert "1 to move, 0 in the way of others" in dry.stdout
    assert "nothing was written" in dry.stdout
    assert "1 moved" in done.stdout
    assert again.stdout.count("\n") == 1
    assert "0 moved" in again.stdout
    assert not {"Grace", "Hopper", "Weiss"} & set((dry.stdout + done.stdout).split())


def test_what_a_person_must_decide_ends_with_one(
    tmp_path: Path, mongodb_uri: str, house: House, doctor: User, slot: Slot
) -> None:
    put(house.run, slot, 2 * HOUR)
    house.slot(doctor)
    skipped = house.slot(doctor, start=time(15))
    gap = {"wall_start": "2031-03-30T02:30", "starts_at": datetime(2031, 3, 30, 1, tzinfo=UTC)}
    house.run(change_one(Slot, {"_id": skipped.id}, {"$set": gap}))
    for options in (["--dry-run"], []):
        told = reproject(tmp_path, mongodb_uri, *options)
        assert told.returncode == 1
        assert f"overlaps   slot {slot.id}" in told.stdout
        assert f"no longer  slot {skipped.id}" in told.stdout
    assert house.now(slot).starts_at == slot.starts_at + 2 * HOUR
