"""What the listeners count for whoever watches over the app; no label names a person."""

from prometheus_client import Counter, Histogram

from domain import clock
from listeners.documents import Delivery, DeliveryState, InLine

EVENTS = Counter(
    "bookwell_events", "What has happened, by kind: appointment.created is a booking.", ["kind"]
)
_ATTEMPTS = Counter(
    "bookwell_delivery_attempts",
    "What was tried with messages, by the state that it led to.",
    ["channel", "state"],
)
_SECONDS = Histogram(
    "bookwell_delivery_seconds",
    "Seconds from what happened to the other side's acceptance of the message.",
    ["channel"],
    buckets=(0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200, 86400),
)


def count_attempt(delivery: Delivery | InLine, state: DeliveryState) -> None:
    """Count what an attempt led to; of an acceptance, also how long it took to come to it."""
    _ATTEMPTS.labels(delivery.channel, state.value).inc()
    if state is DeliveryState.SENT:
        waited = (clock.now() - delivery.occurred_at).total_seconds()
        _SECONDS.labels(delivery.channel).observe(max(0.0, waited))
