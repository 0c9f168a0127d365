"""What the driver really sends to the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pymongo import monitoring


class Recorder(monitoring.CommandListener):
    """Remembers commands while somebody asks for them."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] | None = None
        self.left: int | None = None
        self.deed: Callable[[], Any] = lambda: None
        self.of: str | None = None
        self.asked: set[int] = set()

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if self.sent is not None:
            self.sent.append((event.command_name, dict(event.command)))
        is_question = self.left is not None and event.command_name == "find"
        if is_question and self.of in (None, event.command["find"]):
            self.asked.add(event.request_id)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Do a deed before whoever asked reads the answer, if it is the one to wait for."""
        if self.left is None or event.request_id not in self.asked:
            return
        self.left -= 1
        if not self.left:
            self.left = None
            self.deed()

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing is remembered of failures."""


_recorder = Recorder()


def listen() -> None:
    """Listen to all clients that are made from now on, whose commands cost a little more."""
    monitoring.register(_recorder)


@contextmanager
def recorded_commands() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Yield a list that grows by the commands that are sent meanwhile."""
    _recorder.sent = sent = []
    try:
        yield sent
    finally:
        _recorder.sent = None


@contextmanager
def interrupted(deed: Callable[[], Any], *, after: int, of: str | None = None) -> Iterator[None]:
    """Do a deed once, right after the database has answered so many questions (`of` a collection).

    Whoever has asked waits meanwhile, in the midst of a transaction, too.
    """
    _recorder.left, _recorder.deed, _recorder.of = after, deed, of
    try:
        yield
        assert _recorder.left is None, "fewer questions were asked"
    finally:
        _recorder.left = None
