"""Answers that are kept for some seconds: for what rarely changes and is asked for all the time."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Generic, TypeVar

from domain.queries.sharing import Shared

T = TypeVar("T")

_MOST_KEYS = 2000
_all: list["Remembered[Any]"] = []


class Remembered(Generic[T]):
    """A read whose answer is given again for `seconds`; refusals are not kept.

    What another process changes is seen so much later, what this one changes at once if it
    calls `forget`.
    """

    def __init__(self, read: Callable[..., Awaitable[T]], seconds: float) -> None:
        self._read = Shared(read)
        self._seconds = seconds
        self._known: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()
        _all.append(self)

    async def __call__(self, *key: Any) -> T:
        """Return what `read` returned for these arguments at most `seconds` ago."""
        now, known = asyncio.get_running_loop().time(), self._known
        kept = known.get(key)
        if kept is not None and now < kept[0]:
            return kept[1]
        answer = await self._read(*key)
        known[key] = now + self._seconds, answer
        known.move_to_end(key)
        if len(known) > _MOST_KEYS:
            known.popitem(last=False)
        return answer

    def clear(self) -> None:
        """Keep nothing of what was read so far, nor of what is being read."""
        self._known = OrderedDict()


def forget() -> None:
    """Ask anew for everything that is remembered."""
    for one in _all:
        one.clear()
