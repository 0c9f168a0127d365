"""Transactions that run again, fail or never end, and what listeners hear of them."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from datetime import time, timedelta
from functools import partial
from typing import Any

import pytest

from domain import database
from domain.actions.attendance import mark
from domain.actions.booking import book, book_for_newcomer
from domain.actions.cancelling import cancel
from domain.actions.moving import move
from domain.actions.reminding import remind_due
from domain.actions.withdrawing import withdraw_slot
from domain.changing import change_one
from domain.database import DuplicateKey
from domain.documents import Appointment, AppointmentStatus, EventRecord, Slot, User
from domain.documents.stored import Stored
from domain.errors import Conflict, Unavailable
from domain.events import AppointmentCreated, Event, SlotCreated, event_published
from domain.events.snapshots import actor_of, slot_facts
from domain.outbox import Transaction, transact
from domain.writes import Writes, in_transaction
from tests.domain.commands import recorded_commands
from tests.domain.conftest import House, frozen, in_days, refused

Act = Coroutine[Any, Any, Any]


async def while_held(document: Stored, act: Act, *, until: Callable[[], bool]) -> Any:
    """Do something while another transaction holds what it wants to write, for a while."""
    held, enough = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def hold(writes: Writes) -> None:
        writes.change_one(type(document), {"_id": document.id}, {"$set": {"held": True}})
        loop.call_soon_threadsafe(held.set)
        enough.wait()

    holder = asyncio.create_task(in_transaction(hold))
    await held.wait()
    acting = asyncio.create_task(act)
    while not until() and not acting.done():
        await asyncio.sleep(0)
    enough.set()
    await holder
    return await acting


def after_a_rerun(house: House, document: Stored, act: Act) -> Any:
    """Return what an action answers whose transaction had to run again."""
    with recorded_commands() as sent:

        def was_refused_twice() -> bool:
            return [name for name, _ in sent].count("abortTransaction") >= 2

        answer = house.run(while_held(document, act, until=was_refused_twice))
        assert was_refused_twice()
    return answer


@pytest.fixture
def appointment(house: House, slot: Slot, patient: User) -> Appointment:
    booked: Appointment = house.run(book(slot.id, patient))
    house.events.clear()
    return booked


def told_once(house: House, kind: str) -> bool:
    return house.recorded(kind) == [event for event in house.events if event.kind == kind] != []


def test_a_booking_that_runs_again_books_once(house: House, slot: Slot, patient: User) -> None:
    house.events.clear()
    booked = after_a_rerun(house, slot, book(slot.id, patient, idempotency_key="k"))
    assert [one.id for one in house.run(Appointment.find_all().to_list())] == [booked.id]
    assert house.now(booked).model_dump() == booked.model_dump()
    assert told_once(house, "appointment.created")
    assert len(house.events) == 1


def test_a_newcomer_whose_booking_runs_again_is_one_person(
    house: House, slot: Slot, receptionist: User
) -> None:
    booking = book_for_newcomer(slot.id, actor=receptionist, name="Ada", email="ada@example.org")
    booked = after_a_rerun(house, slot, booking)
    [ada] = house.run(User.find({"email": "ada@example.org"}).to_list())
    assert booked.patient_id == ada.id
    assert len(house.recorded("appointment.created")) == 1


def test_a_cancellation_that_runs_again_cancels_once(
    house: House, appointment: Appointment, patient: User
) -> None:
    ended = after_a_rerun(house, appointment, cancel(appointment.id, patient))
    cancelled = ended.appointment
    assert house.now(appointment).model_dump() == cancelled.model_dump()
    assert ended.is_free
    assert cancelled.sequence == 1
    assert told_once(house, "appointment.cancelled")


def test_a_move_that_runs_again_moves_once(
    house: House, appointment: Appointment, doctor: User, patient: User
) -> None:
    other = house.slot(doctor, start=time(10))
    house.events.clear()
    moved = after_a_rerun(house, appointment, move(appointment.id, other.id, patient))
    assert house.now(appointment).model_dump() == moved.model_dump()
    assert told_once(house, "appointment.moved")


def test_a_mark_that_runs_again_marks_once(
    house: House, appointment: Appointment, receptionist: User
) -> None:
    act = mark(appointment.id, AppointmentStatus.ARRIVED, receptionist)
    assert after_a_rerun(house, appointment, act).status is AppointmentStatus.ARRIVED
    assert told_once(house, "appointment.marked")


def test_a_withdrawal_that_runs_again_withdraws_once(
    house: House, appointment: Appointment, slot: Slot, doctor: User
) -> None:
    withdrawn = after_a_rerun(house, appointment, withdraw_slot(slot.id, doctor, notify=True))
    assert house.now(slot).model_dump() == withdrawn.model_dump()
    assert [event.kind for event in house.events] == ["appointment.cancelled", "slot.deleted"]
    assert told_once(house, "appointment.cancelled")


def test_what_a_transaction_reads_is_of_one_moment(house: House, slot: Slot, patient: User) -> None:
    """A majority alone is no one moment where several shards hold what is read."""
    with recorded_commands() as sent:
        house.run(book(slot.id, patient))
    first = [command for _, command in sent if "startTransaction" in command]
    assert [command["readConcern"]["level"] for command in first] == ["snapshot"]


def test_an_event_of_an_attempt_that_failed_is_not_told(
    house: House, slot: Slot, doctor: User
) -> None:
    def tell_then_change(transaction: Transaction) -> None:
        transaction.record(offer_told(doctor, slot))
        transaction.change_one(Slot, {"_id": slot.id}, {"$set": {"changed": True}})

    house.events.clear()
    after_a_rerun(house, slot, transact(tell_then_change))
    assert len(house.events) == 1
    assert house.recorded("slot.created")[1:] == house.events


def test_contention_that_does_not_end_is_an_outage_and_writes_nothing(
    house: House, slot: Slot, patient: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_RETRY_SECONDS", 0.05)
    house.events.clear()
    with pytest.raises(Unavailable):
        house.run(while_held(slot, book(slot.id, patient), until=lambda: False))
    assert house.run(Appointment.count()) == 0
    assert house.events == []


def test_reminders_stop_at_an_outage_and_are_caught_up_on(
    house: House, appointment: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    with frozen(appointment.starts_at - timedelta(days=1)):
        with monkeypatch.context() as impatient:
            impatient.setattr(database, "_RETRY_SECONDS", 0.05)
            with pytest.raises(Unavailable):
                house.run(while_held(appointment, remind_due(), until=lambda: False))
        assert house.events == []
        assert house.run(remind_due()) == 1


def records_then(end: Exception | None, event: Event, transaction: Transaction) -> None:
    transaction.record(event)
    if end is not None:
        raise end


def offer_told(doctor: User, slot: Slot) -> SlotCreated:
    return SlotCreated(actor=actor_of(doctor), slot=slot_facts(slot, doctor))


@pytest.mark.parametrize("error", [Conflict("no"), ValueError("no")])
def test_what_fails_is_neither_recorded_nor_published(
    house: House, slot: Slot, doctor: User, error: Exception
) -> None:
    with refused(house, type(error)):
        house.run(transact(partial(records_then, error, offer_told(doctor, slot))))


def test_what_the_database_refuses_is_not_published(house: House, slot: Slot, doctor: User) -> None:
    event = offer_told(doctor, slot)
    house.run(transact(partial(records_then, None, event)))
    assert house.events[-1] == event
    with refused(house, DuplicateKey):
        house.run(transact(partial(records_then, None, event)))


def test_what_is_published_is_stored_already(house: House, slot: Slot, patient: User) -> None:
    seen: list[Any] = []
    found: list[asyncio.Task[Any]] = []

    def look(_sender: Any, event: Event) -> None:
        async def look_up() -> None:
            seen.append(await EventRecord.get(event.id))

        found.append(asyncio.get_running_loop().create_task(look_up()))

    async def book_and_look() -> None:
        await book(slot.id, patient)
        await asyncio.gather(*found)

    with event_published.connected_to(look, sender=AppointmentCreated):
        house.run(book_and_look())
    assert [record.kind for record in seen] == ["appointment.created"]


def test_a_receiver_that_raises_stops_neither_the_action_nor_the_others(
    house: House, slot: Slot, patient: User, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[str] = []

    def broken(_sender: Any, event: Event) -> None:
        heard.append("broken")
        raise RuntimeError(patient.email)

    def sound(_sender: Any, event: Event) -> None:
        heard.append("sound")

    house.events.clear()
    receivers = [partial(receiver) for receiver in (broken, sound, broken, sound)]
    for receiver in receivers:
        event_published.connect(receiver)
    booked = house.run(book(slot.id, patient))
    for receiver in receivers:
        event_published.disconnect(receiver)
    assert house.now(booked).status is AppointmentStatus.BOOKED
    assert sorted(heard) == ["broken", "broken", "sound", "sound"]
    assert house.kinds() == ["appointment.created"]
    assert str(house.events[0].id) in caplog.text


def test_a_receiver_may_listen_to_one_kind_only(house: House, doctor: User, patient: User) -> None:
    heard: list[Event] = []

    def listen(_sender: Any, event: Event) -> None:
        heard.append(event)

    with event_published.connected_to(listen, sender=AppointmentCreated):
        slot = house.slot(doctor, day=in_days(8))
        booked = house.run(book(slot.id, patient))
    assert [event.subject_id for event in heard] == [booked.id]


def test_a_change_tells_whether_it_was_the_one_that_counted(house: House, slot: Slot) -> None:
    claim = partial(change_one, Slot, {"_id": slot.id, "status": "open"})
    assert house.run(claim({"$set": {"status": "booked"}})) is True
    assert house.run(claim({"$set": {"status": "booked"}})) is False
