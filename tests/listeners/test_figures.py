"""What is counted of messages, for whoever watches over the app."""

from collections.abc import Callable
from typing import Any

from prometheus_client import REGISTRY

from domain.events import publish
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
    assert counted(names[0], **sent) == attempts + 2
    assert counted(names[0], channel="email", state="parked") == parked + 1
    assert counted(names[1], channel="email") == seconds + 2


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
