"""One read for all who ask the same at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_AT_MOST_SECONDS = 5.0


class Shared(Generic[T]):
    """A read that at most one caller runs for a key; all who ask meanwhile share the next one.

    Nobody gets an answer that was begun before they asked: what a caller has seen committed is
    never missing from what they read. A crowd that wants one doctor's week costs the database one
    read after the other instead of thousands at once.
    """

    def __init__(self, read: Callable[..., Awaitable[T]]) -> None:
        self._read = read
        self._running: dict[Hashable, asyncio.Task[T]] = {}
        self._next: dict[Hashable, asyncio.Task[T]] = {}

    async def __call__(self, *key: Any) -> T:
        """Return what `read` returns for these arguments, read from now on."""
        task = self._next.get(key)
        if task is None:
            running = self._running.get(key)
            task = asyncio.create_task(self._after(running, key))
            (self._running if running is None else self._next)[key] = task
            task.add_done_callback(partial(self._done, key))
        # One caller who gives up takes nothing from the others.
        return await asyncio.shield(task)

    async def _after(self, running: "asyncio.Task[T] | None", key: tuple[Any, ...]) -> T:
        if running is not None:
            await asyncio.wait([running])
        async with asyncio.timeout(_AT_MOST_SECONDS):
            return await self._read(*key)

    def _done(self, key: Hashable, task: "asyncio.Task[T]") -> None:
        following = self._next.pop(key, None)
        if following is None:
            self._running.pop(key, None)
        else:
            self._running[key] = following
        if not task.cancelled():
            task.exception()  # else asyncio complains where every caller has given up
