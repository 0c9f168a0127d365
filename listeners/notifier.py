"""The notification path of one process: hears events, makes deliveries, sends them."""

import asyncio
import logging
import time
from typing import Any

from domain.documents import EventRecord
from domain.events import Event, event_published
from listeners.channels import open_channels
from listeners.config import NotifierConfig
from listeners.documents import UNSETTLED, Delivery
from listeners.loop import Loop
from listeners.pool import Pool
from listeners.reminders import Reminders
from listeners.sender import Sender
from listeners.sweeper import Sweeper

log = logging.getLogger(__name__)

_LAST_WORDS = 2.0


class Notifier:
    """Sends the messages that events call for, in the background, together with other processes.

    Start it after the fork, when the loop is connected to the database.
    """

    def __init__(self, config: NotifierConfig, loop: Loop) -> None:
        self._config = config
        self._loop = loop
        self._sender = Sender(config, loop, open_channels(config))
        self._pool = Pool(
            config.workers,
            config.line,
            work=self._sender.deliver,
            rest=self._sender.rest,
            on_room=self._wake,
        )
        self._sweeper = Sweeper(config, loop, self._pool, batch=2 * config.line)
        self._reminders = Reminders(loop, config.remind_every)

    def start(self) -> "Notifier":
        """Start the threads, hear events from now on, and return this object."""
        # A strong reference: blinker would silently forget a bound method with its object.
        event_published.connect(self._hear, weak=False)
        self._pool.start()
        self._sweeper.start()
        self._reminders.start()
        return self

    def stop(self, timeout: float = 10.0) -> None:
        """Finish what is being sent within `timeout` seconds and hand the rest back."""
        deadline = time.monotonic() + timeout
        event_published.disconnect(self._hear)
        self._sweeper.stop(timeout)
        self._reminders.stop(max(0.0, deadline - time.monotonic()))
        self._pool.empty()
        if self._pool.stop(max(0.0, deadline - time.monotonic())):
            return
        self._sender.interrupt()
        if not self._pool.stop(_LAST_WORDS):
            self._sender.hand_back()
            log.warning("stopped while a message was still being sent")

    def join(self, timeout: float = 20.0) -> None:
        """Return when every event is handled and no delivery waits, or raise TimeoutError."""
        deadline = time.monotonic() + timeout
        while self._pool.in_hand or not self._loop.run(_all_settled(), timeout):
            if time.monotonic() > deadline:
                raise TimeoutError(f"messages still wait after {timeout} s")
            self._pool.wait_for_change(0.05)

    def _hear(self, _sender: Any, *, event: Event) -> None:
        self._sweeper.hear(event)

    def _wake(self) -> None:
        self._sweeper.wake()


async def _all_settled() -> bool:
    waiting = await asyncio.gather(
        EventRecord.find_one({"handled": False}),
        *(Delivery.find_one({"state": state}) for state in UNSETTLED),
    )
    return not any(waiting)
