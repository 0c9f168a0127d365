"""How listeners in this process hear of an event once it is committed."""

import logging

from blinker import signal

from domain.events.event import Event

log = logging.getLogger(__name__)

event_published = signal("event-published")
"""Sent after the commit. Sender: the event's class. Argument: `event`, the event itself.

A receiver runs on the event loop and must only enqueue.
"""


def publish(event: Event) -> None:
    """Tell every receiver; one that raises is logged and stops no other and no action."""
    for receiver in event_published.receivers_for(type(event)):
        try:
            receiver(type(event), event=event)
        except Exception:
            log.exception("receiver failed for event %s (%s)", event.id, event.kind)
