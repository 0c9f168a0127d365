"""What is claimed and then not sent: it comes too late, or cannot be read."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain import clock
from domain.documents import EventRecord
from domain.events import EmailConfirmationRequested, Event, PasswordResetRequested
from domain.ids import new_id
from listeners.documents import Delivery, DeliveryState
from listeners.fanout import fan_out
from tests.conftest import Run
from tests.listeners.conftest import Notify
from tests.listeners.facts import PATIENT, appointment, created, reminder, store
from tests.support.smtp import MailServer
from tests.support.waiting import eventually


def of_use_until(days: int) -> list[Event]:
    """Return a reminder of what begins, and links that end, so many days from now."""
    end = clock.now() + timedelta(days=days)
    account: Any = {"actor": PATIENT, "person_id": new_id(), "name": "Mira", "email": "m@x.example"}
    asked_at = end - timedelta(days=3)
    return [
        reminder(appointment(starts_at=end)),
        PasswordResetRequested(**account, nonce="x", expires_at=end),
        EmailConfirmationRequested(**account, occurred_at=asked_at, nonce="x", known=False),
    ]


def test_what_comes_too_late_to_be_of_use_is_not_sent(
    notifying: Notify, mail_server: MailServer, run: Run
) -> None:
    late, in_time = of_use_until(days=-1), of_use_until(days=1)
    run(store(*late, *in_time))

    notifying().join()

    told = Counter(mail.message["X-Event-Id"] for mail in mail_server.received)
    assert told == Counter(str(event.id) for event in in_time)
    set_aside = run(Delivery.find({"state": DeliveryState.SUPERSEDED}).to_list())
    assert {one.event_id for one in set_aside} == {event.id for event in late}


async def spoil(document: Any, identifier: Any, field: str) -> None:
    await document.get_motor_collection().update_one({"_id": identifier}, {"$unset": {field: ""}})


async def outcomes() -> dict[Any, tuple[str, int]]:
    rows = await Delivery.get_motor_collection().find({}).to_list(None)
    return {row["_id"]: (row["state"], row["attempts"]) for row in rows}


def test_a_message_of_which_nobody_can_tell_how_long_it_is_of_use_is_parked_alone(
    notifying: Notify, run: Run
) -> None:
    _, _, endless = of_use_until(days=1)
    events = [replace(endless, occurred_at=datetime.max.replace(tzinfo=UTC)), created()]
    run(store(*events))
    poison, neighbour = run(fan_out(events))

    notifying(workers=1)

    expected = {poison: ("parked", 1), neighbour: ("sent", 1)}
    eventually(lambda: run(outcomes()) == expected)


@pytest.mark.parametrize(("document", "field"), [(Delivery, "message"), (EventRecord, "payload")])
def test_a_message_that_cannot_be_read_is_parked_and_its_neighbours_go(
    notifying: Notify, run: Run, caplog: pytest.LogCaptureFixture, document: Any, field: str
) -> None:
    events = [created() for _ in range(5)]
    run(store(*events))
    ids = run(fan_out(events))
    run(spoil(document, ids[0] if document is Delivery else events[0].id, field))

    notifying(workers=1)

    unreadable, *neighbours = ids
    expected = {unreadable: ("parked", 1)} | dict.fromkeys(neighbours, ("sent", 1))
    eventually(lambda: run(outcomes()) == expected)
    assert str(unreadable) in caplog.text
