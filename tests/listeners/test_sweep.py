"""What a crash or another process left is found and finished."""

import asyncio
import threading
from datetime import datetime, timedelta

import pytest

from domain import clock
from domain.ids import Id, new_id
from listeners import deliveries
from listeners.backlog import Backlog
from listeners.documents import Delivery, DeliveryState
from listeners.fanout import fan_out
from tests.conftest import Run
from tests.listeners.claiming import claim
from tests.listeners.conftest import Notify
from tests.listeners.facts import (
    appointment,
    cancelled,
    created,
    in_order,
    moved,
    reminder,
    store,
)
from tests.support.smtp import MailServer
from tests.support.waiting import eventually


def test_events_that_were_stored_and_never_published_are_told_at_start(
    run: Run, notifying: Notify, mail_server: MailServer
) -> None:
    events = [created() for _ in range(3)]
    run(store(*events))

    notifying(sweep_grace=3600.0, sweep_every=3600.0).join()

    assert {mail.message["X-Event-Id"] for mail in mail_server.received} == {
        str(event.id) for event in events
    }


def test_events_of_another_process_are_found_while_running(
    run: Run, notifying: Notify, mail_server: MailServer
) -> None:
    notifier = notifying()
    notifier.join()

    run(store(created()))

    eventually(lambda: mail_server.received)


def test_a_delivery_that_was_made_and_never_sent_is_sent_at_start(
    run: Run, notifying: Notify, mail_server: MailServer
) -> None:
    event = created()
    run(store(event))
    run(fan_out([event]))

    notifying().join()

    assert len(mail_server.received) == 1


def test_a_backlog_may_take_long_to_be_read(
    run: Run, notifying: Notify, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = created()
    run(store(event))
    run(fan_out([event]))
    at_once = Backlog.next

    async def after_a_while(self: Backlog, until: datetime, limit: int) -> list[Id]:
        await asyncio.sleep(1.0)
        return await at_once(self, until, limit)

    monkeypatch.setattr(Backlog, "next", after_a_while)

    notifying(database_timeout=0.5).join()

    assert len(mail_server.received) == 1


def test_a_long_read_of_a_backlog_does_not_hold_up_the_end(
    notifying: Notify, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, released = threading.Event(), threading.Event()

    async def for_long(_backlog: Backlog, _until: datetime, _limit: int) -> list[Id]:
        begun.set()
        while not released.is_set():
            await asyncio.sleep(0.01)
        return []

    monkeypatch.setattr(Backlog, "next", for_long)
    notifier = notifying()
    ending = threading.Thread(target=notifier.stop, args=(60.0,))
    assert begun.wait(20.0)

    ending.start()
    ending.join(20.0)

    has_ended = not ending.is_alive()
    released.set()
    assert has_ended


def test_a_delivery_whose_holder_died_is_taken_over_when_its_lease_runs_out(
    run: Run, notifying: Notify, mail_server: MailServer
) -> None:
    event = created()
    run(store(event))
    (delivery_id,) = run(fan_out([event]))
    run(claim(delivery_id, timedelta(seconds=0.5)))

    notifying().join()

    assert len(mail_server.received) == 1
    taken_over = run(Delivery.get(delivery_id))
    assert (taken_over.state, taken_over.fence) == (DeliveryState.SENT, 2)


def test_a_delivery_that_another_process_holds_is_left_alone(
    run: Run, notifying: Notify, mail_server: MailServer
) -> None:
    held, free = created(), created()
    run(store(held, free))
    held_id, _ = run(fan_out([held, free]))
    run(claim(held_id, timedelta(hours=1)))

    notifying()

    eventually(lambda: mail_server.received)
    assert run(Delivery.get(held_id)).state is DeliveryState.SENDING
    assert [mail.message["X-Event-Id"] for mail in mail_server.received] == [str(free.id)]


def test_what_was_booked_and_cancelled_before_the_crash_is_told_as_cancelled(
    run: Run, notifying: Notify, mail_server: MailServer
) -> None:
    facts = appointment()
    run(store(*in_order(created(facts), cancelled(facts))))

    notifying().join()

    kinds = [mail.message["X-Event-Kind"] for mail in mail_server.received]
    assert kinds == ["appointment.cancelled"]


def test_more_than_fits_into_memory_is_sent_all_the_same(
    run: Run, notifying: Notify, mail_server: MailServer
) -> None:
    now = clock.now()
    event = created()
    run(store(event))
    waiting = [
        Delivery(
            event_id=event.id,
            event_kind=event.kind,
            occurred_at=event.occurred_at,
            subject_id=new_id(),
            channel="email",
            recipient=f"patient{number}@example.org",
            message="appointment_created",
            due_at=now - timedelta(milliseconds=number % 7),
            created_at=now,
        )
        for number in range(120)
    ]
    run(Delivery.insert_many(waiting))

    notifying(workers=4, line=10).join(60)

    recipients = [mail.recipients for mail in mail_server.received]
    assert len(recipients) == len(set(recipients)) == 121


def test_messages_that_wait_for_failed_ones_do_not_keep_these_from_being_tried(
    run: Run, notifying: Notify, mail_server: MailServer
) -> None:
    changes = [moved(appointment()) for _ in range(4)]
    reminders = [reminder(change.appointment) for change in changes]
    told = [in_order(*pair) for pair in zip(changes, reminders, strict=True)]
    run(store(*(event for pair in told for event in pair)))
    ids = run(fan_out([event for pair in told for event in pair]))
    for news in ids[::2]:
        held = run(claim(news, timedelta(minutes=1)))
        run(deliveries.failed(held, "451", clock.now()))

    notifying(line=1, order_pause=0.0).join()

    assert len(mail_server.received) == 8
