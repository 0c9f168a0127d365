"""The steps of one delivery, and who may take them."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from domain import clock
from domain.documents import EventRecord
from domain.errors import Unavailable
from domain.ids import new_id
from listeners import deliveries
from listeners.deliveries import Claim, LeaseLost
from listeners.documents import Delivery, DeliveryState
from listeners.fanout import fan_out
from tests.conftest import Run
from tests.listeners.claiming import claim
from tests.listeners.facts import created, store

MINUTE, EXPIRED = timedelta(minutes=1), timedelta(0)


def stored(run: Run, delivery_id: Any) -> Delivery:
    found = run(Delivery.get(delivery_id))
    assert isinstance(found, Delivery)
    return found


def claimed(run: Run, delivery: Delivery, lease: timedelta = MINUTE) -> Claim:
    held = run(claim(delivery.id, lease))
    assert held is not None
    return held


def test_a_claim_leases_the_delivery_under_a_new_fence(run: Run, delivery: Delivery) -> None:
    held = claimed(run, delivery)

    now = stored(run, delivery.id)
    assert (now.state, now.fence, now.attempts) == (DeliveryState.SENDING, held.fence, 1)
    assert now.due_at > clock.now()


def test_a_leased_delivery_is_not_to_be_had(run: Run, delivery: Delivery) -> None:
    claimed(run, delivery)

    assert run(claim(delivery.id, MINUTE)) is None


def test_a_delivery_that_is_not_yet_due_is_not_to_be_had(run: Run, delivery: Delivery) -> None:
    run(deliveries.failed(claimed(run, delivery), "451 later", clock.now() + MINUTE))

    assert run(claim(delivery.id, MINUTE)) is None


def test_nothing_is_claimed_that_does_not_exist(run: Run) -> None:
    assert run(claim(new_id(), MINUTE)) is None


def test_an_accepted_message_is_sent_and_keeps_the_servers_words(
    run: Run, delivery: Delivery
) -> None:
    run(deliveries.sent(claimed(run, delivery), "250 OK queued"))

    now = stored(run, delivery.id)
    assert (now.state, now.last_words) == (DeliveryState.SENT, "250 OK queued")
    assert now.settled_at is not None
    assert [attempt.words for attempt in now.history] == ["250 OK queued"]


def test_a_failed_delivery_can_be_claimed_again_when_due(run: Run, delivery: Delivery) -> None:
    run(deliveries.failed(claimed(run, delivery), "451 later", clock.now()))
    assert stored(run, delivery.id).state is DeliveryState.FAILED

    assert claimed(run, delivery).attempt == 2


@pytest.mark.parametrize("ending", [DeliveryState.PARKED, DeliveryState.SUPERSEDED])
def test_a_parked_or_superseded_delivery_is_never_claimed(
    run: Run, delivery: Delivery, ending: DeliveryState
) -> None:
    held = claimed(run, delivery)
    settle = deliveries.parked if ending == "parked" else deliveries.superseded
    run(settle(held, "why"))

    assert stored(run, delivery.id).state is ending
    assert run(claim(delivery.id, MINUTE)) is None


def test_a_lease_that_ran_out_is_taken_over(run: Run, delivery: Delivery) -> None:
    first = claimed(run, delivery, EXPIRED)

    second = claimed(run, delivery)
    assert second.fence == first.fence + 1


def test_a_late_answer_of_an_earlier_holder_is_refused(run: Run, delivery: Delivery) -> None:
    first = claimed(run, delivery, EXPIRED)
    second = claimed(run, delivery)

    for late in (
        deliveries.sent(first, "250"),
        deliveries.failed(first, "451", clock.now()),
        deliveries.parked(first, "550"),
        deliveries.superseded(first, deliveries.OVERTAKEN),
        deliveries.handed_back(first, clock.now()),
    ):
        with pytest.raises(LeaseLost):
            run(late)
    now = stored(run, delivery.id)
    assert (now.state, now.fence) == (DeliveryState.SENDING, second.fence)


def test_an_answer_after_the_lease_counts_while_nobody_took_over(
    run: Run, delivery: Delivery
) -> None:
    run(deliveries.sent(claimed(run, delivery, EXPIRED), "250"))

    assert stored(run, delivery.id).state is DeliveryState.SENT


def test_the_same_answer_twice_is_one_step(run: Run, delivery: Delivery) -> None:
    held = claimed(run, delivery)
    run(deliveries.sent(held, "250"))

    run(deliveries.sent(held, "250"))

    assert len(stored(run, delivery.id).history) == 1


def test_another_answer_after_the_first_is_refused(run: Run, delivery: Delivery) -> None:
    held = claimed(run, delivery)
    run(deliveries.sent(held, "250"))

    with pytest.raises(LeaseLost):
        run(deliveries.failed(held, "451", clock.now()))


def test_a_delivery_handed_back_waits_as_if_never_claimed(run: Run, delivery: Delivery) -> None:
    run(deliveries.handed_back(claimed(run, delivery), clock.now()))

    now = stored(run, delivery.id)
    assert (now.state, now.attempts, now.history) == (DeliveryState.PENDING, 0, [])
    assert claimed(run, delivery).attempt == 1


def test_a_holder_that_handed_back_has_no_say_any_more(run: Run, delivery: Delivery) -> None:
    held = claimed(run, delivery)
    run(deliveries.handed_back(held, clock.now()))

    with pytest.raises(LeaseLost):
        run(deliveries.sent(held, "250"))


def test_only_the_last_twenty_attempts_are_kept(run: Run, delivery: Delivery) -> None:
    for number in range(23):
        run(deliveries.failed(claimed(run, delivery), f"451 {number}", clock.now()))

    now = stored(run, delivery.id)
    assert [attempt.words for attempt in now.history] == [f"451 {n}" for n in range(3, 23)]
    assert now.attempts == 23


def test_an_event_stays_unhandled_while_its_deliveries_may_be_rolled_back(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = created()
    run(store(event))

    def stepping_down(*_arguments: Any, **_options: Any) -> None:
        trouble = {"code": 189, "errmsg": "primary steps down"}
        raise BulkWriteError({"writeErrors": [], "writeConcernErrors": [trouble], "nInserted": 1})

    with monkeypatch.context() as patch:
        patch.setattr(Collection, "insert_many", stepping_down)
        with pytest.raises(Unavailable):
            run(fan_out([event]))
    assert not run(EventRecord.get(event.id)).handled

    (made,) = run(fan_out([event]))
    assert stored(run, made).event_id == event.id
    assert run(EventRecord.get(event.id)).handled
