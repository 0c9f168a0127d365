"""For one subject and recipient, messages go in the order of events."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain import clock
from domain.events import AppointmentRestored, Event, PasswordChanged, SecondFactorAdded
from domain.ids import Id, new_id
from listeners import deliveries
from listeners.deliveries import Claim
from listeners.documents import Delivery, DeliveryState
from listeners.fanout import fan_out
from listeners.kinds import makes_untrue
from listeners.notifications import NOTIFICATIONS
from listeners.order import Turn, Wait, turns_of
from tests.conftest import Run
from tests.domain.commands import recorded_commands
from tests.listeners.claiming import claim as claim_one
from tests.listeners.facts import (
    PATIENT,
    appointment,
    cancelled,
    created,
    in_order,
    moved,
    reminder,
    store,
    withdrawn_series,
)

MINUTE = timedelta(minutes=1)
EVERYTHING = "created moved cancelled restored reprojected reminder marked"
TAKES_THE_PLACE_OF = {
    "appointment.moved": EVERYTHING,
    "appointment.cancelled": EVERYTHING,
    "appointment.restored": EVERYTHING,
    "appointment.reprojected": "reprojected reminder",
    "appointment.reminder": "reminder",
    "appointment.marked": "marked reminder",
    "slot.deleted": "created",
    "slots.deleted": "created",
}


async def turn_of(delivery: Delivery, end: datetime | None = None) -> Turn | Wait:
    (turn,) = await turns_of([delivery], {delivery.id: end} if end else {})
    return turn


def booked_and_cancelled(run: Run) -> tuple[Id, Id]:
    facts = appointment()
    events = in_order(created(facts), cancelled(facts))
    run(store(*events))
    first, second = run(fan_out(events))
    return first, second


def claim(run: Run, delivery_id: Id, lease: timedelta = MINUTE) -> Claim:
    held = run(claim_one(delivery_id, lease))
    assert held is not None
    return held


def state(run: Run, delivery_id: Id) -> DeliveryState:
    return run(Delivery.get(delivery_id)).state


def test_the_only_message_goes(run: Run) -> None:
    event = created()
    run(store(event))
    (only,) = run(fan_out([event]))

    assert run(turn_of(claim(run, only).delivery)) is Turn.GO


def test_an_overtaken_message_does_not_go(run: Run) -> None:
    older, _ = booked_and_cancelled(run)

    assert run(turn_of(claim(run, older).delivery)) is Turn.OVERTAKEN


def test_the_newest_message_goes_and_supersedes_what_waits(run: Run) -> None:
    older, newer = booked_and_cancelled(run)

    assert run(turn_of(claim(run, newer).delivery)) is Turn.GO
    assert state(run, older) is DeliveryState.SUPERSEDED


def test_a_message_between_retries_is_superseded_too(run: Run) -> None:
    older, newer = booked_and_cancelled(run)
    held = claim(run, older)
    run(deliveries.failed(held, "451", held.delivery.due_at + MINUTE))

    run(turn_of(claim(run, newer).delivery))

    assert state(run, older) is DeliveryState.SUPERSEDED


def test_a_message_waits_while_an_older_one_is_being_sent(run: Run) -> None:
    older, newer = booked_and_cancelled(run)
    held = claim(run, older)

    assert isinstance(run(turn_of(claim(run, newer).delivery)), Wait)
    assert state(run, older) is DeliveryState.SENDING

    run(deliveries.sent(held, "250"))
    assert run(turn_of(run(Delivery.get(newer)))) is Turn.GO


def test_nobody_waits_for_a_holder_whose_lease_ran_out(run: Run) -> None:
    older, newer = booked_and_cancelled(run)
    claim(run, older, timedelta(0))

    assert run(turn_of(claim(run, newer).delivery)) is Turn.GO


def test_events_told_in_the_wrong_order_leave_the_truth(run: Run) -> None:
    facts = appointment()
    first, second = in_order(created(facts), moved(facts))
    run(store(first, second))
    (newer,) = run(fan_out([second]))
    (older,) = run(fan_out([first]))

    late = claim(run, older)
    assert run(turn_of(late.delivery)) is Turn.OVERTAKEN
    run(deliveries.superseded(late, deliveries.OVERTAKEN))
    assert run(turn_of(claim(run, newer).delivery)) is Turn.GO


def test_another_appointment_of_the_same_patient_is_not_in_the_way(run: Run) -> None:
    events = in_order(created(), created())
    run(store(*events))
    first, second = run(fan_out(events))

    assert run(turn_of(claim(run, first).delivery)) is Turn.GO
    assert run(turn_of(claim(run, second).delivery)) is Turn.GO


def test_news_of_an_account_overtake_nothing(run: Run) -> None:
    changed = PasswordChanged(
        actor=PATIENT, person_id=new_id(), name="Mira", email="mira@example.org"
    )
    added = SecondFactorAdded(
        actor=PATIENT, person_id=changed.person_id, name="Mira", email="mira@example.org"
    )
    events = in_order(changed, added)
    run(store(*events))
    first, second = run(fan_out(events))

    assert run(turn_of(claim(run, second).delivery)) is Turn.GO
    assert run(turn_of(claim(run, first).delivery)) is Turn.GO


def told_of(run: Run, *events: Event) -> list[Id]:
    ordered = in_order(*events)
    run(store(*ordered))
    return run(fan_out(ordered))


def untold(run: Run) -> tuple[Id, Id]:
    """Return the news of a move, and a reminder after it."""
    change = moved(appointment())
    news, reminded = told_of(run, change, reminder(change.appointment))
    return news, reminded


def test_a_reminder_takes_the_place_of_no_news_and_goes_after_it(run: Run) -> None:
    news, reminded = untold(run)
    assert isinstance(run(turn_of(claim(run, reminded).delivery)), Wait)
    assert state(run, news) is DeliveryState.PENDING
    held = claim(run, news)
    assert run(turn_of(held.delivery)) is Turn.GO
    assert isinstance(run(turn_of(run(Delivery.get(reminded)))), Wait)
    run(deliveries.sent(held, "250"))
    assert run(turn_of(run(Delivery.get(reminded)))) is Turn.GO


def test_what_waits_for_a_retry_is_not_looked_at_before_it_and_costs_one_read(run: Run) -> None:
    news, reminded = untold(run)
    retried_at = (clock.now() + MINUTE / 2).replace(microsecond=0)
    run(deliveries.failed(claim(run, news), "451", retried_at))
    delivery = claim(run, reminded).delivery
    with recorded_commands() as sent:
        assert run(turn_of(delivery)) == Wait(retried_at)
    assert [name for name, _ in sent] == ["find"]


def test_what_is_not_tried_again_for_hours_is_waited_for_a_minute_at_a_time(run: Run) -> None:
    news, reminded = untold(run)
    run(deliveries.failed(claim(run, news), "451", clock.now() + 22 * 60 * MINUTE))

    turn = run(turn_of(claim(run, reminded).delivery))

    assert isinstance(turn, Wait)
    assert turn.until <= clock.now() + MINUTE


def test_a_reminder_does_not_wait_for_what_is_tried_again_only_when_it_is_of_no_use(
    run: Run,
) -> None:
    news, reminded = untold(run)
    retried_at = clock.now() + 30 * MINUTE
    run(deliveries.failed(claim(run, news), "451", retried_at))
    delivery = claim(run, reminded).delivery

    assert isinstance(run(turn_of(delivery, end=retried_at + MINUTE)), Wait)
    assert run(turn_of(delivery, end=retried_at - MINUTE)) is Turn.GO


def test_nobody_waits_for_what_is_parked(run: Run) -> None:
    news, reminded = untold(run)
    run(deliveries.parked(claim(run, news), "550"))
    assert run(turn_of(claim(run, reminded).delivery)) is Turn.GO


def test_what_is_claimed_together_goes_in_order_too(run: Run) -> None:
    news, reminded = untold(run)
    both = run(deliveries.claim_some([news, reminded], MINUTE, new_id()))
    first, second = run(turns_of([held.delivery for held in both], {}))
    assert first is Turn.GO
    assert isinstance(second, Wait)


def test_the_second_part_of_a_series_that_goes_leaves_the_news_of_the_first(run: Run) -> None:
    first = withdrawn_series(cancelled_references=("K7Q-4MD", "B2X-9PL"))
    second = withdrawn_series(series_id=first.series_id, cancelled_references=("C3Y-1ZT",))
    earlier, later = told_of(run, first, second)
    assert isinstance(run(turn_of(claim(run, later).delivery)), Wait)
    assert run(turn_of(claim(run, earlier).delivery)) is Turn.GO


def kinds() -> list[str]:
    return [event.kind for event in NOTIFICATIONS]


@pytest.mark.parametrize("newer", kinds())
def test_news_gives_way_only_to_what_says_all_that_is_still_true_of_it(newer: str) -> None:
    subject = newer.partition(".")[0]
    expected = {f"{subject}.{kind}" for kind in TAKES_THE_PLACE_OF.get(newer, "").split()}
    assert {older for older in kinds() if makes_untrue(newer, older)} == expected


def test_a_later_reminder_takes_the_place_of_an_earlier_one(run: Run) -> None:
    facts = appointment()
    earlier, later = told_of(run, reminder(facts), reminder(facts))
    assert run(turn_of(claim(run, later).delivery)) is Turn.GO
    assert state(run, earlier) is DeliveryState.SUPERSEDED


def test_news_takes_the_place_of_a_reminder(run: Run) -> None:
    facts = appointment()
    reminded, _ = told_of(run, reminder(facts), cancelled(facts))
    assert run(turn_of(claim(run, reminded).delivery)) is Turn.OVERTAKEN


def test_the_later_version_of_an_appointment_is_the_truth_whatever_a_clock_said(run: Run) -> None:
    facts = appointment()
    told = AppointmentRestored(actor=PATIENT, appointment=replace(facts, sequence=2))
    before = cancelled(replace(facts, sequence=1), occurred_at=told.occurred_at + MINUTE)
    run(store(before, told))
    stands, ended = run(fan_out([told, before]))
    assert run(turn_of(claim(run, stands).delivery)) is Turn.GO
    assert state(run, ended) is DeliveryState.SUPERSEDED
