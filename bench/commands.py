"""How many commands the driver really sends."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo import monitoring


class _Counter(monitoring.CommandListener):
    def __init__(self) -> None:
        self.sent: list[str] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.sent.append(event.command_name)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing is noted of answers."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing is noted of failures."""


_counter = _Counter()
# Clients ask for listeners when they are made: this module is imported before any is.
monitoring.register(_counter)


@contextmanager
def counted_commands() -> Iterator[list[str]]:
    """Yield a list of the names of the commands that are sent meanwhile."""
    _counter.sent = sent = []
    yield sent
    _counter.sent = []
