"""Answers that are kept for some seconds: for what rarely changes or is asked for all the time."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from domain import clock
from domain.queries.sharing import Shared

T = TypeVar("T")

_MOST_KEYS = 2000
_AT_ONCE = timedelta()
_all: list["Remembered[Any]"] = []


class Remembered(Generic[T]):
    """A read whose answer is given again for `seconds`; refusals are not kept.

    What another process changes is seen so much later, what this one changes at once if it
    calls `forget`, or if `version` returns something else from then on for the same arguments.
    Nobody is given again what was begun to be read before that. What is too old to be given again
    does not stay in memory either: it may be about people.
    """

    def __init__(
        self,
        read: Callable[..., Awaitable[T]],
        seconds: float,
        *,
        version: Callable[..., object] = lambda *_key: None,
        most: int = _MOST_KEYS,
    ) -> None:
        self._read = Shared(read)
        self._span = timedelta(seconds=seconds)
        self._version = version
        self._most = most
        self._known: OrderedDict[tuple[Any, ...], tuple[datetime, object, T]] = OrderedDict()
        _all.append(self)

    async def __call__(self, *key: Any) -> T:
        """Return what `read` returned for these arguments at most `seconds` ago."""
        kept = self._known.get(key)
        if kept is not None:
            read_at, version, answer = kept
            # A clock that was set back makes an answer come from the future: that is none, either.
            is_young = _AT_ONCE <= clock.now() - read_at < self._span
            if is_young and version == self._version(*key):
                return answer
        return await self.latest(*key)

    async def latest(self, *key: Any) -> T:
        """Return what `read` returns for these arguments from now on, and keep it."""
        known, now, version = self._known, clock.now(), self._version(*key)
        answer = await self._read(*key)
        known[key] = kept = now, version, answer
        known.move_to_end(key)
        if len(known) > self._most:
            known.popitem(last=False)
        seconds = self._span.total_seconds()
        asyncio.get_running_loop().call_later(seconds, _let_go, known, key, kept)
        return answer

    def clear(self) -> None:
        """Keep nothing of what was read so far, nor of what is being read."""
        self._known = OrderedDict()


def _let_go(known: dict[tuple[Any, ...], Any], key: tuple[Any, ...], kept: object) -> None:
    if known.get(key) is kept:
        del known[key]


def forget() -> None:
    """Ask anew for everything that is remembered."""
    for one in _all:
        one.clear()
