"""For one subject and recipient, messages go in the order of events."""

from dataclasses import replace
from datetime import timedelta

from domain.events import (
    AppointmentFacts,
    AppointmentRestored,
    Event,
    PasswordChanged,
    ReminderDue,
    SecondFactorAdded,
)
from domain.ids import Id, new_id
from listeners import deliveries
from listeners.deliveries import Claim
from listeners.documents import Delivery, DeliveryState
from listeners.fanout import fan_out
from listeners.order import Turn, turn_of
from tests.conftest import Run
from tests.listeners.facts import (
    PATIENT,
    SYSTEM,
    appointment,
    cancelled,
    created,
    in_order,
    moved,
    store,
)

MINUTE = timedelta(minutes=1)


def booked_and_cancelled(run: Run) -> tuple[Id, Id]:
    facts = appointment()
    events = in_order(created(facts), cancelled(facts))
    run(store(*events))
    first, second = run(fan_out(events))
    return first, second


def claim(run: Run, delivery_id: Id, lease: timedelta = MINUTE) -> Claim:
    held = run(deliveries.claim(delivery_id, lease))
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

    assert run(turn_of(claim(run, newer).delivery)) is Turn.WAIT
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
    run(deliveries.superseded(late))
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


def reminder_of(facts: AppointmentFacts) -> ReminderDue:
    return ReminderDue(actor=SYSTEM, appointment=facts, lead="PT1440M")


def told_of(run: Run, *events: Event) -> list[Id]:
    ordered = in_order(*events)
    run(store(*ordered))
    return run(fan_out(ordered))


def test_a_reminder_takes_the_place_of_no_news(run: Run) -> None:
    change = moved(appointment())
    news, reminded = told_of(run, change, reminder_of(change.appointment))
    assert run(turn_of(claim(run, reminded).delivery)) is Turn.GO
    assert state(run, news) is DeliveryState.PENDING
    assert run(turn_of(claim(run, news).delivery)) is Turn.GO


def test_a_later_reminder_takes_the_place_of_an_earlier_one(run: Run) -> None:
    facts = appointment()
    earlier, later = told_of(run, reminder_of(facts), reminder_of(facts))
    assert run(turn_of(claim(run, later).delivery)) is Turn.GO
    assert state(run, earlier) is DeliveryState.SUPERSEDED


def test_news_takes_the_place_of_a_reminder(run: Run) -> None:
    facts = appointment()
    reminded, _ = told_of(run, reminder_of(facts), cancelled(facts))
    assert run(turn_of(claim(run, reminded).delivery)) is Turn.OVERTAKEN


def test_the_later_version_of_an_appointment_is_the_truth_whatever_a_clock_said(run: Run) -> None:
    facts = appointment()
    told = AppointmentRestored(actor=PATIENT, appointment=replace(facts, sequence=2))
    before = cancelled(replace(facts, sequence=1), occurred_at=told.occurred_at + MINUTE)
    run(store(before, told))
    stands, ended = run(fan_out([told, before]))
    assert run(turn_of(claim(run, stands).delivery)) is Turn.GO
    assert state(run, ended) is DeliveryState.SUPERSEDED
