"""Sees to it that nothing is kept longer than it may be, again and again."""

import logging
import threading
from pathlib import Path

from listeners.away import DATABASE_AWAY, described
from listeners.forgetting import forget
from listeners.loop import Loop

log = logging.getLogger(__name__)

# A first look after years may have much to do; a broken off one starts where it was.
_LONGEST_LOOK = 1800.0


class Keeper:
    """One thread that forgets what is due; every process may run it, as duties have turns."""

    def __init__(self, loop: Loop, mail_folder: Path, every: float) -> None:
        self._loop = loop
        self._mail_folder = mail_folder
        self._every = every
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        """Start the thread, which looks after the first pause: nothing here is urgent."""
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """End the thread; what it has not done stays due."""
        self._ending.set()
        self._thread.join(timeout)

    def _run(self) -> None:
        while not self._ending.wait(self._every):
            self._look()

    def _look(self) -> None:
        try:
            self._loop.run(forget(self._mail_folder), _LONGEST_LOOK)
        except Exception as error:  # noqa: BLE001 - this thread outlives every outage
            level = logging.WARNING if isinstance(error, DATABASE_AWAY) else logging.ERROR
            log.log(level, "forgetting what is due broken off: %s", described(error))
