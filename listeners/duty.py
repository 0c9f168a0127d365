"""Something that is done again and again on a thread of its own, whatever else goes on."""

import logging
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from domain.database import DATABASE_AWAY
from listeners.loop import Loop
from listeners.trouble import described

log = logging.getLogger(__name__)


class Duty:
    """One thread; every process may run it, as what it does is done once however many do it.

    What is broken off, by an outage or its time limit, is still due the next time.
    """

    def __init__(
        self,
        name: str,
        loop: Loop,
        work: Callable[[], Coroutine[Any, Any, None]],
        *,
        every: float,
        longest: float,
        is_urgent: bool,
    ) -> None:
        """`every`, `longest`: seconds. `is_urgent`: do it before the first pause, too."""
        self._name = name
        self._loop = loop
        self._work = work
        self._every = every
        self._longest = longest
        self._is_urgent = is_urgent
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """End the thread; what it has not done stays due."""
        self._ending.set()
        self._thread.join(timeout)

    def _run(self) -> None:
        if self._is_urgent:
            self._do()
        while not self._ending.wait(self._every):
            self._do()

    def _do(self) -> None:
        try:
            self._loop.run(self._work(), self._longest)
        except Exception as error:  # noqa: BLE001 - this thread outlives every outage
            level = logging.WARNING if isinstance(error, DATABASE_AWAY) else logging.ERROR
            log.log(level, "%s broken off: %s", self._name, described(error))
