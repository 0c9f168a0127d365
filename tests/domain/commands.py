"""What the driver really sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymongo import monitoring


class Recorder(monitoring.CommandListener):
    """Remembers commands while somebody asks for them."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] | None = None

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if self.sent is not None:
            self.sent.append((event.command_name, dict(event.command)))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing is remembered of answers."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing is remembered of failures."""


_recorder = Recorder()
# Clients ask for listeners when they are made: this module is imported before any fixture runs.
monitoring.register(_recorder)


@contextmanager
def recorded_commands() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Yield a list that grows by the commands that are sent meanwhile."""
    _recorder.sent = sent = []
    try:
        yield sent
    finally:
        _recorder.sent = None
