"""Leaving the other side alone for a while after it has kept somebody waiting in vain."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from listeners.channels.channel import NotNow, NotTried

# A thread that was kept for less is soon there for others again, however often that happens.
_SHORT = 1.0


class Respite:
    """Where several threads speak to one other side, which may take their time and say nothing.

    All channels share the threads that send: whoever never answers would soon have every one of
    them, and messages over other channels none. So after a talk that was long and in vain there is
    none for `seconds`, and then one alone, until one is not.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._until: float | None = None

    @contextmanager
    def talk(self) -> Iterator[None]:
        """Speak to the other side within this block, or raise NotTried at once."""
        self._begin()
        begun, is_in_vain = time.monotonic(), False
        try:
            yield
        except NotNow:
            is_in_vain = time.monotonic() - begun > _SHORT
            raise
        finally:
            self._end(is_in_vain=is_in_vain)

    def _begin(self) -> None:
        with self._lock:
            now = time.monotonic()
            if self._until is None:
                return
            if now < self._until:
                raise NotTried("not tried: another message was just given no answer")
            self._until = now + self._seconds  # for all but this one, which is to see

    def _end(self, *, is_in_vain: bool) -> None:
        with self._lock:
            self._until = time.monotonic() + self._seconds if is_in_vain else None
