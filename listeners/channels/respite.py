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
    none for `seconds`, and then one alone, until one is not. While talks are long, whatever comes
    of them, there are `most` of them at once.
    """

    def __init__(self, seconds: float, *, most: int) -> None:
        self._seconds = seconds
        self._most = most
        self._lock = threading.Lock()
        self._until: float | None = None
        self._begun: list[float] = []
        self._was_long = False

    @contextmanager
    def talk(self) -> Iterator[None]:
        """Speak to the other side within this block, or raise NotTried at once."""
        begun, is_in_vain = self._begin(), False
        try:
            yield
        except NotNow:
            is_in_vain = True
            raise
        finally:
            self._end(begun, is_in_vain=is_in_vain)

    def _begin(self) -> float:
        with self._lock:
            now = time.monotonic()
            if self._until is not None:
                if now < self._until:
                    raise NotTried("not tried: another message was just given no answer")
                self._until = now + self._seconds  # for all but this one, which is to see
            elif len(self._begun) >= self._most and self._is_slow(now):
                raise NotTried("not tried: the answers to other messages are slow")
            self._begun.append(now)
            return now

    def _is_slow(self, now: float) -> bool:
        return self._was_long or any(now - begun > _SHORT for begun in self._begun)

    def _end(self, begun: float, *, is_in_vain: bool) -> None:
        with self._lock:
            now = time.monotonic()
            self._begun.remove(begun)
            self._was_long = now - begun > _SHORT
            self._until = now + self._seconds if is_in_vain and self._was_long else None
