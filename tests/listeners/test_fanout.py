"""Events become deliveries, once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
import time_machine

from domain import clock, events
from domain.documents import EventRecord
from domain.events import Event
from domain.ids import Id, new_id
from listeners.documents import Delivery, DeliveryState
from listeners.fanout import fan_out, fan_out_stored
from listeners.notifications import NOTIFICATIONS
from tests.conftest import Run
from tests.listeners.claiming import claim
from tests.listeners.facts import created, one_of_each, store


def catalogue() -> set[type[Event]]:
    return {
        one for one in vars(events).values() if isinstance(one, type) and one.__dict__.get("kind")
    }


@pytest.mark.parametrize("event_class", sorted(catalogue() - {Event}, key=lambda one: one.__name__))
def test_the_table_says_for_every_event_who_hears_of_it(event_class: type[Event]) -> None:
    assert event_class in NOTIFICATIONS


def test_a_hundred_handlings_make_one_delivery(run: Run) -> None:
    event = created()
    run(store(event))

    made = [run(fan_out([event] * 10)) for _ in range(10)]

    assert sum(len(ids) for ids in made) == 1
    assert run(Delivery.count()) == 1


@pytest.mark.parametrize("event", one_of_each(), ids=lambda event: event.kind)
def test_an_event_becomes_a_pending_delivery_to_its_one_recipient(run: Run, event: Event) -> None:
    run(store(event))

    run(fan_out([event]))

    (delivery,) = run(Delivery.find_all().to_list())
    assert delivery.state is DeliveryState.PENDING
    assert (delivery.event_id, delivery.event_kind) == (event.id, event.kind)
    expected = "mira@example.org" if event.kind.startswith("app") else "weber@example.org"
    assert delivery.recipient == expected


def test_a_handled_event_is_noted_as_handled(run: Run) -> None:
    event = created()
    run(store(event))

    run(fan_out_stored([event.id]))

    record = run(EventRecord.get(event.id))
    assert record.handled
    assert record.handled_at is not None


@dataclass(frozen=True, kw_only=True)
class _Unheard(Event):
    kind: ClassVar[str] = "tests.unheard"

    @property
    def subject_id(self) -> Id:
        return self.id


def test_an_event_that_cannot_be_told_stops_no_other(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    good, poison = created(), _Unheard(actor=created().actor)
    unknown = EventRecord(
        id=new_id(),
        kind="from.the.future",
        occurred_at=good.occurred_at,
        subject_id=new_id(),
        payload={},
    )
    run(store(good, poison))
    run(unknown.insert())

    made = run(fan_out_stored([poison.id, unknown.id, good.id]))

    assert len(made) == 1
    left = {record.id for record in run(EventRecord.find({"handled": False}).to_list())}
    assert left == {poison.id, unknown.id}
    assert str(poison.id) in caplog.text


def test_a_fresh_delivery_is_due_to_a_worker_whose_clock_is_behind(run: Run) -> None:
    event = created()
    run(store(event))
    (fresh,) = run(fan_out([event]))

    with time_machine.travel(clock.now() - timedelta(seconds=3)):
        assert run(claim(fresh, timedelta(minutes=1)))
