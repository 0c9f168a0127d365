"""Reasons are nowhere in clear, whatever is done with them, and keys can be changed."""

import json
from collections.abc import Iterator
from datetime import time

import pytest

from domain import sealing
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.moving import move
from domain.actions.withdrawing import withdraw_slot
from domain.documents import DOCUMENTS, Role, Slot, User
from domain.errors import Unavailable
from domain.queries.appointments import history
from domain.resealing import WrongKeys, require_keys, reseal
from domain.sealing import BadKey, Confidential, new_key
from tests.domain.conftest import House

SECRET = "a canary that nobody may read"


@pytest.fixture(autouse=True)
def _own_keys() -> Iterator[None]:
    before = sealing._keys
    yield
    sealing._keys = before


async def everything_stored() -> str:
    found = []
    for document in DOCUMENTS:
        found += await document.get_motor_collection().find({}).to_list(None)
    return json.dumps(found, default=str)


def test_no_reason_is_stored_in_clear_by_any_action(
    house: House, doctor: User, patient: User
) -> None:
    slots = [house.slot(doctor, start=time(hour)) for hour in range(8, 13)]
    desk = house.person(Role.RECEPTIONIST)
    first = house.run(book(slots[0].id, patient, reason=SECRET, idempotency_key="k"))
    house.run(move(first.id, slots[1].id, patient))
    house.run(cancel(first.id, desk, reason=SECRET))
    house.run(book(slots[2].id, patient, reason=SECRET))
    house.run(withdraw_slot(slots[2].id, doctor, notify=True, reason=SECRET))
    assert "canary" not in house.run(everything_stored())
    assert house.now(first).reason == house.now(first).cancellation_reason == SECRET
    assert house.now(slots[2]).withdrawal_reason == SECRET
    assert [event.reason for event in house.recorded("appointment.cancelled")] == [SECRET] * 2
    assert house.run(history(first.id))[-1].reason == SECRET


def test_the_same_form_sent_twice_is_recognised_by_what_it_says(
    house: House, slot: Slot, patient: User
) -> None:
    first = house.run(book(slot.id, patient, reason=SECRET, idempotency_key="k"))
    assert house.run(book(slot.id, patient, reason=SECRET, idempotency_key="k")).id == first.id


def test_after_a_new_key_all_is_read_and_nothing_needs_the_old_one(
    house: House, slot: Slot, patient: User
) -> None:
    old, new = new_key(), new_key()
    sealing.configure([old])
    house.run(require_keys())
    booked = house.run(book(slot.id, patient, reason=SECRET))
    house.run(cancel(booked.id, patient, reason=SECRET))
    sealing.configure([new, old])
    assert house.now(booked).reason == SECRET
    assert house.run(reseal()) == 4  # both reasons, the event's and the mark
    assert house.run(reseal()) == 0
    sealing.configure([new])
    house.run(require_keys())
    assert house.now(booked).cancellation_reason == SECRET
    assert house.recorded("appointment.cancelled")[0].reason == SECRET


def test_a_start_with_the_wrong_key_is_refused(house: House) -> None:
    house.run(require_keys())
    house.run(require_keys())
    sealing.configure([new_key()])
    with pytest.raises(WrongKeys, match="ENCRYPTION_KEYS"):
        house.run(require_keys())


def test_what_cannot_be_opened_is_an_outage_and_not_an_empty_reason(
    house: House, slot: Slot, patient: User
) -> None:
    booked = house.run(book(slot.id, patient, reason=SECRET))
    sealing.configure([new_key()])
    with pytest.raises(Unavailable):
        str(house.now(booked).reason)


@pytest.mark.parametrize("keys", [[], [""], ["short"], ["é" * 44], [new_key(), "x"]])
def test_what_is_no_key_is_refused(keys: list[str]) -> None:
    with pytest.raises(BadKey):
        sealing.configure(keys)


@pytest.mark.parametrize("value", [None, 1, {"$ne": ""}, ["x"], b"x"])
def test_only_text_can_be_confidential(value: object) -> None:
    with pytest.raises(ValueError, match="text is needed"):
        Confidential.of(value)


def test_a_confidential_text_never_shows_itself_in_a_log() -> None:
    assert SECRET not in repr({"reason": Confidential(SECRET)})
