"""A connection to the database for what runs outside of the workers: commands and the start."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from beanie import Document
from pymongo.errors import PyMongoError

from domain import clinic, database, keeping, links, sealing, security
from domain.errors import Unavailable
from domain.migrations import migrate
from domain.resealing import WrongKeys, require_keys
from hosting.embedded import embedded_uri, own_database
from hosting.encryption_keys import encryption_keys
from hosting.loop import LoopThread
from hosting.occupancy import Occupied, occupant_of
from hosting.secret_key import secret_key
from hosting.settings import Settings


class BadDatabase(Exception):
    """The database refuses to be used as MONGODB_URI says; the message says why."""


def configure(settings: Settings) -> None:
    """Tell the domain what the operator has set, in this process."""
    clinic.configure(settings.clinic)
    security.configure(settings.security)
    keeping.configure(settings.keeping)
    sealing.configure(encryption_keys(settings))
    links.configure(secret_key(settings))


@contextmanager
def connected(
    settings: Settings, uri: str, documents: Sequence[type[Document]]
) -> Iterator[LoopThread]:
    """Connect a loop to the database, brought up to date, for the length of a block.

    Raises:
        NotReplicated: as `database.connect` does.
        BadDatabase: nobody answers at the address, it is malformed, this client is refused, or the
            keys that are set do not open what it holds.
    """
    configure(settings)
    loop = LoopThread().start()
    try:
        _connect(loop, settings, uri, documents)
        yield loop
    finally:
        loop.run(_close())
        loop.stop()


@contextmanager
def reachable_database(settings: Settings, doing: str) -> Iterator[str]:
    """Yield the address of the database: the set one, the running app's, or one started for now."""
    if settings.mongodb_uri is not None:
        yield settings.mongodb_uri.get_secret_value()
        return
    with ExitStack() as stack:
        try:
            embedded = stack.enter_context(own_database(settings.data_dir, doing))
        except Occupied:
            uri = _running_database(settings)
        else:
            uri = embedded.uri
        yield uri


def _connect(
    loop: LoopThread, settings: Settings, uri: str, documents: Sequence[type[Document]]
) -> None:
    try:
        loop.run(database.connect(uri, settings.mongodb_database, documents))
        loop.run(require_keys())
        loop.run(migrate())
    except Unavailable as error:
        raise BadDatabase(
            "The database does not answer: is it running, and does MONGODB_URI point at it?"
        ) from error
    except WrongKeys as error:
        raise BadDatabase(str(error)) from error
    except PyMongoError as error:
        raise BadDatabase(f"MONGODB_URI cannot be used: {error}") from error


def _running_database(settings: Settings) -> str:
    occupant = occupant_of(settings.data_dir)
    if occupant is None or not occupant.database_port:
        raise Occupied(settings.data_dir, occupant)
    return embedded_uri(occupant.database_port)


async def _close() -> None:
    database.close()
