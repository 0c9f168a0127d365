"""Writes down what became of deliveries: answers that come together, in one command."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from pymongo import UpdateMany
from pymongo.errors import BulkWriteError

from domain import clock
from domain.database import collection_of, on_writer
from domain.errors import Unavailable
from domain.ids import Id
from listeners.documents import KEPT_ATTEMPTS, Delivery, DeliveryState

_AT_ONCE = 64
# To the embedded engine a command for one document costs several times its share of a longer one.
_GATHERING_SECONDS = 0.05


@dataclass(frozen=True)
class Outcome:
    """What became of a delivery that was being sent.

    `words`: the other side's, None if nothing was tried. `due_at`: when to look at it next, None
    if never. `counted`: the count that rises by it: `unheard` or `cut`, if either. `is_kept`: it is
    one of the attempts that are kept.
    """

    state: DeliveryState
    words: str | None
    due_at: datetime | None = None
    counted: str | None = None
    is_kept: bool = True

    def change(self, now: datetime) -> dict[str, Any]:
        """Return what is written at this moment."""
        values: dict[str, Any] = {"state": self.state}
        if self.due_at is None:
            values["settled_at"] = now
        else:
            values["due_at"] = self.due_at
        if self.words is None:
            return {"$set": values, "$inc": {"attempts": -1}}
        change: dict[str, Any] = {"$set": {**values, "last_words": self.words}}
        if self.is_kept:
            attempt = {"at": now, "state": self.state, "words": self.words}
            change["$push"] = {"history": {"$each": [attempt], "$slice": -KEPT_ATTEMPTS}}
        return {**change, "$inc": {self.counted: 1}} if self.counted else change


@dataclass(frozen=True)
class Step:
    """A change of a delivery that is being sent, by whoever holds it under this fence."""

    delivery_id: Id
    fence: int
    outcome: Outcome


class Notebook:
    """A group commit on the event loop: what comes within a moment is written by one command.

    Each caller waits until its own change is written. That moment is short beside the time that a
    mail server takes, and nobody but the thread that sends waits for it.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[Step, asyncio.Future[bool]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def write(self, step: Step) -> bool:
        """Make one change; False if it is not certain that this very call made it.

        Raises:
            Unavailable or a driver's outage: it is not known whether the change was made.
        """
        written = asyncio.get_running_loop().create_future()
        self._waiting.append((step, written))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        return bool(await written)

    async def _write_all(self) -> None:
        while self._waiting:
            await asyncio.sleep(_GATHERING_SECONDS)
            some, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
            try:
                are_written = await _write([step for step, _ in some])
            except BaseException as error:
                for _, written in some:
                    if not written.done():
                        written.set_exception(error)
                if not isinstance(error, Exception):
                    raise
                continue
            for _, written in some:
                if not written.done():
                    written.set_result(are_written)


async def _write(steps: Sequence[Step]) -> bool:
    """Make the changes and tell whether every one was made.

    Those that are the same are one statement: to the embedded engine a statement costs more than
    what it changes.
    """
    same: defaultdict[tuple[int, Outcome], list[Id]] = defaultdict(list)
    for step in steps:
        same[step.fence, step.outcome].append(step.delivery_id)
    now = clock.now()
    changes = [
        UpdateMany(
            {"_id": {"$in": ids}, "state": DeliveryState.SENDING, "fence": fence},
            outcome.change(now),
        )
        for (fence, outcome), ids in same.items()
    ]
    try:
        write = collection_of(Delivery).bulk_write
        result = await on_writer(partial(write, changes, ordered=False))
    except BulkWriteError as error:
        raise Unavailable("The database did not take every change.") from error
    return bool(result.modified_count == len(steps))
