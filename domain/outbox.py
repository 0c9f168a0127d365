"""State changes, their events and who made them, as one; listeners hear after the commit."""

from collections.abc import Callable
from typing import TypeVar

from domain.audit import change_entries
from domain.database import Session, in_session
from domain.events import Event, publish, to_record
from domain.writes import Writes

T = TypeVar("T")


class Transaction(Writes):
    """What an action writes with, and the events that its writes amount to."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.events: list[Event] = []

    def record(self, event: Event) -> None:
        """Store the event with this transaction and publish it after the commit."""
        self.events.append(event)

    def finish(self) -> list[Event]:
        """Store the events and who made them, and return them."""
        if self.events:
            self.insert(*map(to_record, self.events))
        if entries := change_entries(self.events):
            self.insert(*entries)
        return self.events


async def transact(work: Callable[[Transaction], T]) -> T:
    """Run an action's writes and its event records as one, then publish the events.

    `work` may run again after a transient error and must have no effect but its writes.
    """

    def attempt(session: Session) -> tuple[T, list[Event]]:
        transaction = Transaction(session)
        result = work(transaction)
        return result, transaction.finish()

    result, events = await in_session(attempt)
    for event in events:
        publish(event)
    return result
