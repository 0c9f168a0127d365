"""The notification path of one process: hears events, makes deliveries, has them sent."""

import time
from functools import partial
from typing import Any, Self

from domain.events import Event, event_published
from listeners.config import NotifierConfig
from listeners.duty import Duty
from listeners.figures import EVENTS
from listeners.forgetting import forget
from listeners.line import Line
from listeners.loop import Loop
from listeners.recent import Recent
from listeners.redis_line import RedisLine
from listeners.reminders import remind
from listeners.senders import Senders
from listeners.sweeper import Sweeper

_WITHOUT_LOSS = 1.0


class Notifier:
    """Sends the messages that events call for, in the background, together with other processes.

    Itself, or with an address of Redis through workers. Start it after the fork, when the loop is
    connected to the database.
    """

    def __init__(self, config: NotifierConfig, loop: Loop) -> None:
        self._loop = loop
        # Workers elsewhere read what they send.
        self._recent = Recent() if config.redis_url is None else Recent(0)
        self._line: Line = (
            Senders(config, loop, self._wake, self._recent)
            if config.redis_url is None
            else RedisLine(config.redis_url, config.redis_queue, loop)
        )
        self._sweeper = Sweeper(config, loop, self._line, batch=2 * config.line)
        # Some may have fallen due while no process ran.
        self._reminding = Duty(
            "reminding", loop, remind, every=config.remind_every, longest=60.0, is_urgent=True
        )
        # A first look after years may have much to do.
        self._forgetting = Duty(
            "forgetting",
            loop,
            partial(forget, config.mail_folder),
            every=config.keep_every,
            longest=1800.0,
            is_urgent=False,
        )

    def start(self) -> Self:
        """Start the threads, hear events from now on, and return this object."""
        # A strong reference: blinker would silently forget a bound method with its object.
        event_published.connect(self._hear, weak=False)
        self._line.start()
        self._sweeper.start()
        self._reminding.start()
        self._forgetting.start()
        return self

    def stop(self, timeout: float = 10.0) -> None:
        """Finish what is being sent within `timeout` seconds and hand the rest back."""
        deadline = time.monotonic() + timeout
        event_published.disconnect(self._hear)
        # What they do may take long, and is done again: nothing is lost with it. The time is for
        # the messages that are being sent.
        for at_work in (self._sweeper, self._reminding, self._forgetting):
            at_work.stop(min(_WITHOUT_LOSS, max(0.0, deadline - time.monotonic())))
        self._line.stop(max(0.0, deadline - time.monotonic()))

    def _hear(self, _sender: Any, *, event: Event) -> None:
        EVENTS.labels(event.kind).inc()
        self._recent.put(event)
        self._sweeper.hear(event)

    def _wake(self) -> None:
        self._sweeper.wake()
