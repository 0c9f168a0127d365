"""State changes, their events and who made them, as one; listeners hear after the commit."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from domain.audit import note_changes
from domain.database import Session, in_transaction
from domain.events import Event, publish, to_record

T = TypeVar("T")


class Transaction:
    """What an action writes with: a database session, and the events that its writes amount to."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.events: list[Event] = []

    def record(self, event: Event) -> None:
        """Store the event with this transaction and publish it after the commit."""
        self.events.append(event)


async def transact(work: Callable[[Transaction], Awaitable[T]]) -> T:
    """Run an action's writes and its event records as one, then publish the events.

    `work` may run again after a transient error and must have no effect but its writes.
    """

    async def attempt(session: Session) -> tuple[T, list[Event]]:
        transaction = Transaction(session)
        result = await work(transaction)
        for event in transaction.events:
            await to_record(event).insert(session=session)
        await note_changes(transaction.events, session=session)
        return result, transaction.events

    result, events = await in_transaction(attempt)
    for event in events:
        publish(event)
    return result
