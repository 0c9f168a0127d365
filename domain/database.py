"""MongoDB through Motor and Beanie; only `client` and `indexes` beside it name a driver."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from threading import get_ident
from time import monotonic
from typing import Any, TypeVar

from beanie import Document, init_beanie
from pymongo import timeout
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    PyMongoError,
    WaitQueueTimeoutError,
)
from pymongo.read_concern import ReadConcern

from domain.client import Client, suited_client
from domain.errors import Unavailable

T = TypeVar("T")
Session = ClientSession
DuplicateKey = DuplicateKeyError
OUTAGES: tuple[type[PyMongoError], ...] = (
    ConnectionFailure,
    ExecutionTimeout,
    WaitQueueTimeoutError,
)
# What is broken off by one of these is still to be done, and nothing is wrong with it.
DATABASE_AWAY: tuple[type[Exception], ...] = (*OUTAGES, Unavailable, TimeoutError)
DUPLICATE = 11000
# What a transaction reads is of one moment, also where several shards hold it.
_ONE_SNAPSHOT = ReadConcern("snapshot")
_RETRY_SECONDS = 4.0
_ANSWER_SECONDS = 4.0

_MOST_THREADS = 16


class _Connection:
    """A client, and the threads on which it is waited for.

    They are made with it: a process that was forked has none of the threads of its parent, and
    what it gave to these would never be done. Reads have threads of their own, so that transactions
    that wait for each other keep nobody from reading.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self.readers = ThreadPoolExecutor(_MOST_THREADS, thread_name_prefix="database-reader")
        self.writers = ThreadPoolExecutor(_MOST_THREADS, thread_name_prefix="database-writer")
        self._loop_thread = get_ident()  # whoever connects does so on the loop

    def is_on_loop(self) -> bool:
        """Tell whether this is the thread of the loop that everybody waits for."""
        return get_ident() == self._loop_thread

    def close(self) -> None:
        self.client.close()
        for threads in (self.readers, self.writers):
            threads.shutdown(wait=False)


_connection: _Connection | None = None


async def connect(uri: str, database: str, documents: Sequence[type[Document]]) -> None:
    """Connect this event loop to MongoDB, make missing indexes and bind the documents.

    Raises:
        NotReplicated: a standalone server, or one older than MongoDB 7.
        Unavailable: no server answers.
    """
    global _connection
    try:
        client = await suited_client(uri)
        try:
            await init_beanie(database=client[database], document_models=list(documents))
        except BaseException:
            client.close()
            raise
    except OUTAGES as error:
        raise Unavailable("The database does not answer.") from error
    _connection = _Connection(client)


def close() -> None:
    """Close the connections of this process."""
    global _connection
    if _connection is not None:
        _connection.close()
        _connection = None


async def ping() -> None:
    """Return when the database answers, or raise Unavailable."""
    try:
        await _connected().client.admin.command("ping")
    except OUTAGES as error:
        raise Unavailable("The database does not answer.") from error


async def in_session(work: Callable[[Session], T]) -> T:
    """Run `work` in one transaction, all of it in one visit to a thread.

    `work` runs again after a transient error, so it must have no effect but its database writes.
    Reruns end after four seconds.

    Raises:
        DuplicateKey: a unique index refused a write; nothing was written.
        Unavailable: the database did not answer, or contention did not end in time.
    """
    client, deadline = _connected().client.delegate, monotonic() + _RETRY_SECONDS

    def attempt(session: Session) -> T:
        if monotonic() > deadline:
            raise Unavailable("The database is too busy to answer.")
        return work(session)

    def run() -> T:
        with client.start_session() as session:
            result: T = session.with_transaction(attempt, read_concern=_ONE_SNAPSHOT)
        return result

    try:
        return await on_writer(run)
    except OUTAGES as error:
        raise Unavailable("The database does not answer.") from error


@contextmanager
def one_refusal() -> Iterator[None]:
    """Raise DuplicateKey where a unique index refuses one of many documents."""
    try:
        yield
    except BulkWriteError as error:
        refusals = (error.details or {}).get("writeErrors", [])
        for refusal in refusals:
            if refusal["code"] == DUPLICATE:
                raise DuplicateKeyError(refusal["errmsg"], DUPLICATE, refusal) from error
        raise


def collection_of(document: type[Document]) -> Collection[dict[str, Any]]:
    """Return where a class of documents is stored, for use on a thread."""
    collection: Collection[dict[str, Any]] = document.get_motor_collection().delegate
    return collection


async def on_reader(work: Callable[..., T], *arguments: Any) -> T:
    """Run what only reads on a thread of its own, and return its result."""
    return await _on(_connected().readers, work, *arguments)


async def on_writer(work: Callable[..., T], *arguments: Any) -> T:
    """Run what writes on a thread of its own, and return its result."""
    return await _on(_connected().writers, work, *arguments)


def waiting_here(work: Callable[..., T], *arguments: Any) -> T:
    """Run what asks the database on the caller's own thread, and return its result.

    For the thread that a request has to itself: it spares the way to the event loop, from there to
    another thread, and back.

    Raises:
        RuntimeError: called on the event loop's thread, where everybody else would wait, too.
        One of `OUTAGES`: the database did not answer in time.
    """
    if _connected().is_on_loop():
        raise RuntimeError("waiting for the database on the event loop's thread would stop it")
    with timeout(_ANSWER_SECONDS):
        return work(*arguments)


async def _on(threads: ThreadPoolExecutor, work: Callable[..., T], *arguments: Any) -> T:
    # In a copy of the context, by which queries know whose looks are noted (`audit.watch`).
    run = copy_context().run
    return await asyncio.get_running_loop().run_in_executor(threads, run, work, *arguments)


def _connected() -> _Connection:
    if _connection is None:
        raise Unavailable("The database is not connected.")
    return _connection
