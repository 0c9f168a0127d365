"""What the commands that run beside the app, or without it, work on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from beanie import Document

from hosting.loop import LoopThread
from hosting.session import connected, reachable_database
from hosting.settings import Settings


@dataclass(frozen=True)
class Installation:
    """The settings, and every kind of document that the house stores."""

    settings: Settings
    documents: Sequence[type[Document]]

    @contextmanager
    def reached(self, doing: str) -> Iterator[LoopThread]:
        """Yield a loop connected to the database: the set one, the running app's, or its own.

        `doing` tells another process that wants the same folder who is there.

        Raises:
            Occupied: another process has the folder and no database to share.
            As `connected` does.
        """
        with (
            reachable_database(self.settings, doing) as uri,
            connected(self.settings, uri, self.documents) as loop,
        ):
            yield loop
