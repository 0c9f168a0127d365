"""State changes, their events and who made them, as one; listeners hear after the commit."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any, TypeVar, overload

from domain.audit import change_entries
from domain.database import Session, ThreadSession, in_session, in_transaction
from domain.events import Event, publish, to_record
from domain.writes import Writes

T = TypeVar("T")


class Transaction(Writes):
    """What an action writes with, and the events that its writes amount to.

    `session`: for an action that awaits each of its writes, instead of running on a thread.
    """

    session: Session

    def __init__(self, session: ThreadSession) -> None:
        super().__init__(session)
        self.events: list[Event] = []

    def record(self, event: Event) -> None:
        """Store the event with this transaction and publish it after the commit."""
        self.events.append(event)

    def finish(self) -> list[Event]:
        """Store the events and who made them."""
        if self.events:
            self.insert(*map(to_record, self.events))
        if entries := change_entries(self.events):
            self.insert(*entries)
        return self.events


@overload
async def transact(work: Callable[[Transaction], Awaitable[T]]) -> T: ...
@overload
async def transact(work: Callable[[Transaction], T]) -> T: ...
async def transact(work: Callable[[Transaction], Any]) -> Any:
    """Run an action's writes and its event records as one, then publish the events.

    `work` may run again after a transient error and must have no effect but its writes. A plain
    function runs on a thread, all of it in one visit.
    """
    result, events = await (_awaited(work) if iscoroutinefunction(work) else _on_thread(work))
    for event in events:
        publish(event)
    return result


async def _on_thread(work: Callable[[Transaction], T]) -> tuple[T, list[Event]]:
    def attempt(session: ThreadSession) -> tuple[T, list[Event]]:
        transaction = Transaction(session)
        result = work(transaction)
        return result, transaction.finish()

    return await in_session(attempt)


async def _awaited(work: Callable[[Transaction], Awaitable[T]]) -> tuple[T, list[Event]]:
    async def attempt(session: Session) -> tuple[T, list[Event]]:
        transaction = Transaction(session.delegate)
        transaction.session = session
        result = await work(transaction)
        await asyncio.to_thread(transaction.finish)
        return result, transaction.events

    return await in_transaction(attempt)
