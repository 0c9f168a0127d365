"""The database commands of one request, sent again by the bare driver."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from pymongo import monitoring

from domain.database import collection_of
from domain.documents import DOCUMENTS
from tests.domain.commands import Recorder

_COMMIT = "commitTransaction"
_OF_THE_SESSION = {
    "lsid",
    "txnNumber",
    "startTransaction",
    "autocommit",
    "readConcern",
    "writeConcern",
    "$clusterTime",
    "$readPreference",
    "$db",
}


@dataclass
class Command:
    """What was sent. `before`: the documents that an update found, as they were until then."""

    name: str
    body: dict[str, Any]
    in_transaction: bool
    before: list[dict[str, Any]] = field(default_factory=list)

    @property
    def collection(self) -> str:
        """Where it reads or writes."""
        return str(self.body[self.name])


class _Recorder(Recorder):
    """Keeps what is sent, and what it is about to change, while there is a list for it."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[Command] | None = None

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Keep a command, and what it is about to change."""
        if self.kept is None:
            return
        body = {key: value for key, value in event.command.items() if key not in _OF_THE_SESSION}
        command = Command(event.command_name, deepcopy(body), "autocommit" in event.command)
        kept, self.kept = self.kept, None  # what is read here is not part of it
        for statement in body.get("updates", []):
            command.before += _collections()[command.collection].find(statement["q"])
        kept.append(command)
        self.kept = kept


_recorder = _Recorder()
# Clients ask for listeners when they are made: this module is imported before any is.
monitoring.register(_recorder)


def _collections() -> dict[str, Any]:
    return {one.get_collection_name(): collection_of(one) for one in DOCUMENTS}


@contextmanager
def recorded() -> Iterator[list[Command]]:
    """Yield a list of what is sent meanwhile, by one request at a time."""
    kept: list[Command] = []
    _recorder.kept = kept
    yield kept
    _recorder.kept = None


def undo(commands: Sequence[Command]) -> None:
    """Make the database what it was before some commands, the latest first."""
    for command in reversed(commands):
        for document in command.body.get("documents", []):
            _collections()[command.collection].delete_one({"_id": document["_id"]})
        for document in command.before:
            _collections()[command.collection].replace_one({"_id": document["_id"]}, document)


async def replay(commands: Sequence[Command]) -> None:
    """Send commands once more through Motor, with nothing of ours before or after."""
    motor: Any = DOCUMENTS[0].get_motor_collection().database
    async with await motor.client.start_session() as session:
        for command in commands:
            if command.name == _COMMIT:
                await session.commit_transaction()
            elif not command.in_transaction:
                await motor.command(command.body)
            else:
                if not session.in_transaction:
                    session.start_transaction()
                await motor.command(command.body, session=session)
