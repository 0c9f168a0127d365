"""Where deliveries wait to be sent: in this process, or in Redis for workers anywhere."""

from collections.abc import Sequence
from typing import Protocol

from domain.ids import Id


class Line(Protocol):
    """A bounded line of ids. What does not fit in waits in the database, where a sweep finds it."""

    def start(self) -> None:
        """Begin to send, or to pass on, what is offered."""

    def stop(self, timeout: float) -> None:
        """Finish within `timeout` seconds and hand back the rest."""

    @property
    def room(self) -> int:
        """How many more ids fit."""

    def offer(self, ids: Sequence[Id]) -> int:
        """Put ids in line unless they are there; return how many, from the first, are now."""
