"""Finds what is to be done: fresh events, events that a crash left, retries, expired leases."""

import logging
import queue
import threading
import time
from collections import deque
from datetime import datetime, timedelta

from domain import clock
from domain.database import DATABASE_AWAY
from domain.documents import EventRecord
from domain.events import Event
from domain.ids import Id
from listeners.backlog import Backlog
from listeners.config import NotifierConfig
from listeners.documents import UNSETTLED, Delivery
from listeners.fanout import fan_out, fan_out_stored
from listeners.line import Line
from listeners.loop import Loop
from listeners.notifications import webhooks
from listeners.trouble import described

log = logging.getLogger(__name__)

_FRESH = 1000
_EVENTS_AT_ONCE = 50
_PAUSE = 1.0
# What is published meanwhile is told together: one command for many. The first one never waits.
_GATHERING = 0.2


class Sweeper:
    """One thread that turns events into deliveries and keeps the line filled.

    What does not fit into its bounded lines stays in the database, where a later sweep finds it.
    """

    def __init__(self, config: NotifierConfig, loop: Loop, line: Line, *, batch: int) -> None:
        self._config = config
        self._loop = loop
        self._line = line
        self._batch = batch
        self._besides = webhooks(config.webhook_url)
        self._fresh: queue.Queue[Event] = queue.Queue(_FRESH)
        self._tell_again_at = 0.0
        self._unhandled = Backlog(EventRecord, "occurred_at", {"handled": False})
        self._due = [Backlog(Delivery, "due_at", {"state": state}) for state in UNSETTLED]
        self._unread: deque[Backlog] = deque()
        self._found: deque[Id] = deque()
        self._wakes = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def start(self) -> None:
        """Start the thread, which sweeps at once."""
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """End the thread; what it has not done stays in the database."""
        self._ending.set()
        self._wakes.set()
        self._thread.join(timeout)

    def hear(self, event: Event) -> None:
        """Take note of a fresh event without waiting; called on the event loop."""
        try:
            self._fresh.put_nowait(event)
        except queue.Full:
            log.info("event %s left to the sweep", event.id)
        self._wakes.set()

    def wake(self) -> None:
        """Look whether there is something to do; called by the line when it has room."""
        self._wakes.set()

    def _run(self) -> None:
        grace, next_sweep = timedelta(0), time.monotonic()
        while not self._ending.is_set():
            self._wakes.clear()
            try:
                self._tell_fresh()
                if time.monotonic() >= next_sweep:
                    self._sweep(clock.now() - grace)
                    grace = timedelta(seconds=self._config.sweep_grace)
                    next_sweep = time.monotonic() + self._config.sweep_every
                self._feed()
            except Exception as error:  # noqa: BLE001 - this thread outlives every outage
                self._complain(error)
            self._wakes.wait(max(0.0, next_sweep - time.monotonic()))

    def _complain(self, error: Exception) -> None:
        level = logging.WARNING if isinstance(error, DATABASE_AWAY) else logging.ERROR
        log.log(level, "sweep broken off, another follows: %s", described(error))
        self._ending.wait(_PAUSE)

    def _tell_fresh(self) -> None:
        """Fan out the events that this process has published since the last time."""
        if not self._fresh.empty():
            self._ending.wait(max(0.0, self._tell_again_at - time.monotonic()))
            self._tell_again_at = time.monotonic() + _GATHERING
        while events := self._some_fresh():
            made = self._loop.run(fan_out(events, self._besides), self._config.database_timeout)
            self._offer(made)

    def _some_fresh(self) -> list[Event]:
        events: list[Event] = []
        while len(events) < _EVENTS_AT_ONCE and not self._fresh.empty():
            events.append(self._fresh.get_nowait())
        return events

    def _sweep(self, until: datetime) -> None:
        """Fan out what nobody has handled, and note that every backlog is to be read again."""
        while True:
            ids = self._loop.run(
                self._unhandled.next(until, _EVENTS_AT_ONCE), self._config.backlog_timeout
            )
            made = self._loop.run(fan_out_stored(ids, self._besides), self._config.database_timeout)
            self._offer(made)
            if len(ids) < _EVENTS_AT_ONCE or self._ending.is_set():
                break
        if not self._unread:
            self._unread.extend(self._due)

    def _offer(self, delivery_ids: list[Id]) -> None:
        if self._line.offer(delivery_ids) < len(delivery_ids):
            self._unread.extend(backlog for backlog in self._due if backlog not in self._unread)

    def _feed(self) -> None:
        """Fill the line with deliveries that are due."""
        while self._line.room > 0 and not self._ending.is_set():
            if not self._found:
                self._found.extend(self._next_due())
            if not self._found:
                return
            for _ in range(self._line.offer(list(self._found))):
                self._found.popleft()

    def _next_due(self) -> list[Id]:
        while self._unread:
            ids = self._loop.run(
                self._unread[0].next(clock.now(), self._batch), self._config.backlog_timeout
            )
            backlog = self._unread.popleft()
            if len(ids) == self._batch:
                # In turn: what waits for others fills one backlog again and again until they go.
                self._unread.append(backlog)
            if ids:
                return ids
        return []
