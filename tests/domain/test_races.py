"""Races with real threads against the real database, and what happens without the indexes."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import time
from functools import partial
from itertools import combinations
from time import sleep
from typing import Any

import pytest

from domain import database
from domain.actions import booking, moving
from domain.actions.attendance import mark
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.moving import move
from domain.actions.offering import offer_series, offer_slot
from domain.actions.withdrawing import withdraw_slot
from domain.documents import (
    ACTIVE_APPOINTMENT,
    Appointment,
    AppointmentStatus,
    EventRecord,
    Role,
    Slot,
    SlotStatus,
    User,
)
from domain.documents.slot import HELD_SLOT
from domain.outbox import Transaction
from domain.series import SeriesPlan
from tests.domain.commands import recorded_commands
from tests.domain.conftest import House, in_days
from tests.support.racing import kinds, race, rounds

pytestmark = pytest.mark.probe
CLIENTS = 200


@contextmanager
def without_index(house: House, document: Any, name: str) -> Iterator[None]:
    """Take an index away for a while."""
    collection = document.get_motor_collection()

    async def drop() -> None:
        await collection.drop_index(name)

    async def restore() -> None:
        await collection.delete_many({})
        [index] = [one for one in document.Settings.indexes if one.document["name"] == name]
        await collection.create_indexes([index])

    house.run(drop())
    try:
        yield
    finally:
        house.run(restore())


def looked_at_then_paused(appointment: Appointment, transaction: Transaction) -> bool:
    """The claim of a careless program: look, take a moment, believe what was seen."""
    [slot] = transaction.find(Slot, {"_id": appointment.slot_id})
    sleep(0.05)
    return slot.status is SlotStatus.OPEN


def all_at_once(house: House, slot: Slot, patients: list[User]) -> list[Any]:
    return race([partial(house.run, book(slot.id, patient)) for patient in patients])


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let contention take longer than a page waits: what counts here is who wins."""
    monkeypatch.setattr(database, "_RETRY_SECONDS", 60)


@pytest.fixture
def many_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for others who want the same, as if each asked another process."""
    for action in (booking, moving):
        monkeypatch.setattr(action, "one_by_one", lambda _: nullcontext())


def active(house: House, slot: Slot) -> int:
    statuses = [status.value for status in ACTIVE_APPOINTMENT]
    return int(
        house.run(Appointment.find({"slot_id": slot.id, "status": {"$in": statuses}}).count())
    )


def overlapping_pairs(house: House, doctor: User) -> int:
    held = {"doctor_id": doctor.id, "status": {"$in": [status.value for status in HELD_SLOT]}}
    slots = house.run(Slot.find(held).to_list())
    return sum(
        a.starts_at < b.ends_at and b.starts_at < a.ends_at for a, b in combinations(slots, 2)
    )


@pytest.mark.parametrize("process", ["one_process", "many_processes"])
def test_of_two_hundred_clients_one_books_the_slot(
    house: House, doctor: User, process: str, request: pytest.FixtureRequest
) -> None:
    if process == "many_processes":
        request.getfixturevalue(process)
    patients = [house.person() for _ in range(CLIENTS)]
    for number in range(rounds(full=50, short=2)):
        slot = house.slot(doctor, day=in_days(7 + number))
        house.events.clear()
        outcome = kinds(all_at_once(house, slot, patients))
        assert outcome == {"Appointment": 1, "SlotTaken": CLIENTS - 1}
        assert house.kinds() == ["appointment.created"]
        assert house.run(EventRecord.find({"kind": "appointment.created"}).count()) == number + 1
        assert active(house, slot) == 1


def test_within_a_process_losers_ask_once_and_begin_no_transaction(
    house: House, slot: Slot
) -> None:
    patients = [house.person() for _ in range(20)]
    with recorded_commands() as sent:
        outcome = kinds(all_at_once(house, slot, patients))
    assert outcome == {"Appointment": 1, "SlotTaken": 19}
    names = Counter(name for name, _ in sent)
    assert (names["commitTransaction"], names["abortTransaction"]) == (1, 0)
    assert names["find"] <= len(patients) + 1  # each the slot, the winner its doctor


@pytest.mark.usefixtures("many_processes")
def test_the_index_alone_keeps_a_careless_program_from_double_booking(
    house: House, slot: Slot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(booking, "claim", looked_at_then_paused)
    outcome = kinds(all_at_once(house, slot, [house.person() for _ in range(20)]))
    assert outcome == {"Appointment": 1, "SlotTaken": 19}
    assert active(house, slot) == 1


@pytest.mark.usefixtures("many_processes")
def test_without_the_index_a_careless_program_double_books(
    house: House, slot: Slot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(booking, "claim", looked_at_then_paused)
    with without_index(house, Appointment, "appointments_slot_booked_once"):
        all_at_once(house, slot, [house.person() for _ in range(20)])
        assert active(house, slot) > 1


def overlapping_offers(house: House, doctor: User, day: int) -> list[Any]:
    starts = [time(9, minute) for minute in (0, 5, 10, 15, 20, 25)] * 3
    return race(
        [
            partial(house.run, offer_slot(doctor, day=in_days(day), start=start, minutes=30))
            for start in starts
        ]
    )


def test_of_overlapping_offers_exactly_one_stands(house: House, doctor: User) -> None:
    for number in range(rounds(full=50, short=5)):
        outcome = kinds(overlapping_offers(house, doctor, 7 + number))
        assert outcome == {"Slot": 1, "SlotsOverlap": 17}
    assert overlapping_pairs(house, doctor) == 0


def test_without_the_index_offers_overlap(house: House, doctor: User) -> None:
    with without_index(house, Slot, "slots_never_overlap"):
        overlapping_offers(house, doctor, 7)
        assert overlapping_pairs(house, doctor) > 0


def test_series_that_race_each_other_never_overlap(house: House, doctor: User) -> None:
    def plan(start: time) -> SeriesPlan:
        return SeriesPlan(
            weekdays=frozenset(range(7)),
            from_date=in_days(7),
            until_date=in_days(11),
            start=start,
            end=time(12),
            minutes=30,
        )

    starts = [time(8), time(8, 10), time(8, 15), time(8, 20)]
    outcome = race([partial(house.run, offer_series(doctor, plan(start))) for start in starts])
    offered = sum(getattr(one, "offered", 0) for one in outcome)
    assert offered == house.run(Slot.count()) > 0
    assert overlapping_pairs(house, doctor) == 0


def two_doctors_one_patient(house: House) -> tuple[list[Slot], User, list[Any]]:
    slots = [house.slot(house.person(Role.DOCTOR), start=time(9, 5 * n)) for n in range(5)]
    patient = house.person()
    return slots, patient, race([partial(house.run, book(slot.id, patient)) for slot in slots])


def test_a_patient_who_books_everywhere_at_once_is_in_one_place(house: House) -> None:
    for _ in range(rounds(full=50, short=3)):
        slots, _, outcome = two_doctors_one_patient(house)
        assert kinds(outcome) == {"Appointment": 1, "PatientBusy": 4}
        assert sum(active(house, slot) for slot in slots) == 1


def test_without_the_index_a_patient_is_in_two_places(house: House) -> None:
    with without_index(house, Appointment, "appointments_patient_in_one_place"):
        slots, _, _ = two_doctors_one_patient(house)
        assert sum(active(house, slot) for slot in slots) > 1


@pytest.mark.usefixtures("many_processes")
def test_who_loses_the_race_while_moving_keeps_the_old_time(house: House, doctor: User) -> None:
    for number in range(rounds(full=50, short=5)):
        old, new = (house.slot(doctor, day=in_days(7 + number), start=time(n)) for n in (9, 10))
        mover, booker = house.person(), house.person()
        appointment = house.run(book(old.id, mover))
        outcome = race(
            [
                partial(house.run, move(appointment.id, new.id, mover)),
                partial(house.run, book(new.id, booker)),
            ]
        )
        assert kinds(outcome) == {"Appointment": 1, "SlotTaken": 1}
        moved = isinstance(outcome[0], Appointment)
        stored = house.run(Appointment.get(appointment.id))
        assert stored.slot_id == (new.id if moved else old.id)
        assert active(house, new) == 1
        assert house.run(Slot.get(old.id)).status == ("open" if moved else "booked")


@pytest.mark.parametrize("process", ["one_process", "many_processes"])
def test_a_move_that_is_sent_many_times_at_once_is_one_move_to_each(
    house: House, doctor: User, patient: User, process: str, request: pytest.FixtureRequest
) -> None:
    if process == "many_processes":
        request.getfixturevalue(process)
    for number in range(rounds(full=50, short=3)):
        old, new = (house.slot(doctor, day=in_days(7 + number), start=time(n)) for n in (9, 10))
        appointment = house.run(book(old.id, patient))
        house.events.clear()
        sent = [partial(house.run, move(appointment.id, new.id, patient)) for _ in range(4)]
        outcome = race(sent)
        assert kinds(outcome) == {"Appointment": 4}
        assert {(one.slot_id, one.sequence) for one in outcome} == {(new.id, 1)}
        assert house.kinds() == ["appointment.moved"]


def test_two_patients_who_swap_lose_no_slot(house: House, doctor: User) -> None:
    for number in range(rounds(full=20, short=3)):
        slots = [house.slot(doctor, day=in_days(7 + number), start=time(n)) for n in (9, 10)]
        patients = [house.person(), house.person()]
        mine, yours = (house.run(book(s.id, p)) for s, p in zip(slots, patients, strict=True))
        outcome = race(
            [
                partial(house.run, move(mine.id, slots[1].id, patients[0])),
                partial(house.run, move(yours.id, slots[0].id, patients[1])),
            ]
        )
        assert kinds(outcome) == {"SlotTaken": 2}
        assert [active(house, slot) for slot in slots] == [1, 1]


def one_transition(house: House, calls: list[Callable[[], Any]], appointment: Appointment) -> None:
    house.events.clear()
    outcome = race(calls)
    assert sum(not isinstance(one, Exception) for one in outcome) == 1, kinds(outcome)
    assert len(house.events) == 1
    events = house.run(EventRecord.find({"subject_id": appointment.id}).count())
    assert events == 2


def test_of_many_cancellations_one_counts(house: House, doctor: User, patient: User) -> None:
    for number in range(rounds(full=50, short=3)):
        slot = house.slot(doctor, day=in_days(7 + number))
        appointment = house.run(book(slot.id, patient))
        calls = [partial(house.run, cancel(appointment.id, patient)) for _ in range(10)]
        one_transition(house, calls, appointment)
        assert house.run(Slot.get(slot.id)).status is SlotStatus.OPEN


def test_cancelled_or_arrived_but_not_both(
    house: House, doctor: User, patient: User, receptionist: User
) -> None:
    for number in range(rounds(full=50, short=5)):
        slot = house.slot(doctor, day=in_days(7 + number))
        appointment = house.run(book(slot.id, patient))
        arrived = mark(appointment.id, AppointmentStatus.ARRIVED, receptionist)
        calls = [
            partial(house.run, cancel(appointment.id, patient)),
            partial(house.run, arrived),
        ]
        one_transition(house, calls, appointment)


def test_withdrawing_a_slot_that_is_being_booked_leaves_no_orphan(
    house: House, doctor: User
) -> None:
    patients = [house.person() for _ in range(4)]
    for number in range(rounds(full=50, short=8)):
        slot = house.slot(doctor, day=in_days(7 + number))
        notify = bool(number % 2)
        withdrawing = partial(house.run, withdraw_slot(slot.id, doctor, notify=notify))
        race([withdrawing, *(partial(house.run, book(slot.id, one)) for one in patients)])
        stored = house.run(Slot.get(slot.id))
        if stored.status is SlotStatus.WITHDRAWN:
            assert active(house, slot) == 0
        else:
            assert (stored.status, active(house, slot)) == (SlotStatus.BOOKED, 1)
        cancelled = house.run(Appointment.find({"status": "cancelled"}).count())
        assert house.kinds().count("appointment.cancelled") == cancelled


@pytest.mark.usefixtures("many_processes")
def test_the_same_key_twenty_times_at_once_is_one_booking(
    house: House, slot: Slot, patient: User
) -> None:
    calls = [book(slot.id, patient, idempotency_key="k1") for _ in range(20)]
    outcome = race([partial(house.run, call) for call in calls])
    assert kinds(outcome) == {"Appointment": 20}
    assert len({one.id for one in outcome}) == 1
    assert house.kinds().count("appointment.created") == 1
