"""What is counted of messages, for whoever watches over the app."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY

from domain import clock
from domain.documents import EventRecord
from domain.events import publish
from domain.ids import new_id
from listeners.documents import Delivery
from listeners.waiting import Waiting
from tests.conftest import Run
from tests.listeners.conftest import Notify
from tests.listeners.facts import appointment, created, store
from tests.support.smtp import MailServer
from tests.support.waiting import eventually


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def waiting(run: Run) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for metric in run(Waiting().figures())
        for sample in metric.samples
    }


def tell(run: Callable[..., Any], *addresses: str) -> None:
    async def commit() -> None:
        for address in addresses:
            event = created(appointment(patient_email=address))
            await store(event)
            publish(event)

    run(commit())


def test_bookings_attempts_and_their_time_are_counted(
    run: Run, notifying: Notify, mail_server: MailServer
) -> None:
    sent = {"channel": "email", "state": "sent"}
    names = ("bookwell_delivery_attempts_total", "bookwell_delivery_seconds_count")
    before = counted("bookwell_events_total", kind="appointment.created")
    attempts, seconds = counted(names[0], **sent), counted(names[1], channel="email")
    parked = counted(names[0], channel="email", state="parked")
    notifier = notifying()
    mail_server.refuse("gone@example.org")

    tell(run, "mira@example.org", "gone@example.org", "jo@example.org")
    notifier.join()

    assert counted("bookwell_events_total", kind="appointment.created") == before + 3
    # What is stored is counted right afterwards.
    eventually(lambda: counted(names[0], **sent) == attempts + 2)
    eventually(lambda: counted(names[0], channel="email", state="parked") == parked + 1)
    eventually(lambda: counted(names[1], channel="email") == seconds + 2)


def test_what_waits_is_told_with_its_age(
    run: Run, notifying: Notify, mail_server: MailServer
) -> None:
    nothing = waiting(run)
    assert nothing["bookwell_deliveries", "email", "pending"] == 0
    assert nothing["bookwell_oldest_waiting_seconds", "email"] == 0
    mail_server.answer("451 later")
    notifying(retry_first=60.0, retry_cap=60.0)

    tell(run, "mira@example.org", "jo@example.org")

    eventually(lambda: waiting(run)["bookwell_deliveries", "email", "failed"] == 2)
    assert 0 < waiting(run)["bookwell_oldest_waiting_seconds", "email"] < 60
    assert waiting(run)["bookwell_deliveries", "email", "parked"] == 0


def test_an_event_that_nobody_can_tell_is_counted_and_logged_once(
    run: Run, notifying: Notify, caplog: pytest.LogCaptureFixture
) -> None:
    now = clock.now()
    fresh, old = (_from_the_future(now - timedelta(seconds=age)) for age in (10, 90))
    run(fresh.insert())
    run(old.insert())
    notifying()

    tell(run, "mira@example.org")
    eventually(lambda: run(Delivery.find({"state": "sent"}).count()))
    tell(run, "jo@example.org")
    eventually(lambda: run(Delivery.find({"state": "sent"}).count()) == 2)
    in_the_log = [one.getMessage() for one in caplog.records if str(old.id) in one.getMessage()]
    assert len(in_the_log) == 1
    assert waiting(run)["bookwell_unhandled_events",] == 1


def _from_the_future(occurred_at: datetime) -> EventRecord:
    return EventRecord(
        kind="from.the.future", occurred_at=occurred_at, subject_id=new_id(), payload={}
    )
