"""What is claimed and then not sent."""

from typing import Any

import pytest

from domain.documents import EventRecord
from listeners.documents import Delivery
from listeners.fanout import fan_out
from tests.conftest import Run
from tests.listeners.conftest import Notify
from tests.listeners.facts import created, store
from tests.support.waiting import eventually


async def spoil(document: Any, identifier: Any, field: str) -> None:
    await document.get_motor_collection().update_one({"_id": identifier}, {"$unset": {field: ""}})


async def outcomes() -> dict[Any, tuple[str, int]]:
    rows = await Delivery.get_motor_collection().find({}).to_list(None)
    return {row["_id"]: (row["state"], row["attempts"]) for row in rows}


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
