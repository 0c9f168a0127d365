"""Events that this process has published just now, so that they need not be read again."""

from collections.abc import Iterable

from domain.events import Event
from domain.ids import Id


class Recent:
    """Remembers the latest `size` events until they are asked for; belongs to the event loop."""

    def __init__(self, size: int = 500) -> None:
        self._size = size
        self._events: dict[Id, Event] = {}

    def put(self, event: Event) -> None:
        """Remember an event, and forget the oldest if there are too many."""
        self._events[event.id] = event
        while len(self._events) > self._size:
            del self._events[next(iter(self._events))]

    def take(self, ids: Iterable[Id]) -> dict[Id, Event]:
        """Return those of some events that are remembered, and forget them."""
        return {one: self._events.pop(one) for one in set(ids) if one in self._events}
