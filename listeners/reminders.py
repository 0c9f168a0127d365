"""Looks for reminders that have fallen due, again and again, whatever else goes on."""

import logging
import threading

from domain.actions.reminding import remind_due
from listeners.away import DATABASE_AWAY, described
from listeners.loop import Loop

log = logging.getLogger(__name__)

_LONGEST_LOOK = 60.0


class Reminders:
    """One thread that records what is due; every process may run it, as each is recorded once.

    A look that is broken off, by an outage or its time limit, is continued by the next one.
    """

    def __init__(self, loop: Loop, every: float) -> None:
        self._loop = loop
        self._every = every
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reminders", daemon=True)

    def start(self) -> None:
        """Start the thread, which looks at once: something may have fallen due meanwhile."""
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """End the thread; what it has not recorded stays due."""
        self._ending.set()
        self._thread.join(timeout)

    def _run(self) -> None:
        while not self._ending.is_set():
            self._look()
            self._ending.wait(self._every)

    def _look(self) -> None:
        try:
            recorded = self._loop.run(remind_due(), _LONGEST_LOOK)
        except Exception as error:  # noqa: BLE001 - this thread outlives every outage
            level = logging.WARNING if isinstance(error, DATABASE_AWAY) else logging.ERROR
            log.log(level, "looking for reminders broken off: %s", described(error))
            return
        if recorded:
            log.info("%d reminders recorded", recorded)
