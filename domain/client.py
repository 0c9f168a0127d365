"""A client of MongoDB that suits the server it talks to."""

import logging
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import OperationFailure

log = logging.getLogger(__name__)

Client = AsyncIOMotorClient[dict[str, Any]]

_OLDEST_MONGODB = 7


class NotReplicated(Exception):
    """The server cannot run transactions, or is too old; the message says what to do."""


async def suited_client(uri: str) -> Client:
    """Return a client of a server that can run transactions.

    Raises:
        NotReplicated: a standalone server, or one older than MongoDB 7.
        One of `database.OUTAGES`: no server answers.
    """
    client = _client(uri)
    try:
        await _require_replica_set(client)
        build = await _build(client)
        _require_version(build)
    except BaseException:
        client.close()
        raise
    if "secantusVersion" not in build:
        return client
    # The embedded engine looks through all retryable writes of half an hour at each new one, ten
    # thousand of them, and forgets them when it ends, so that they would not save a write either.
    client.close()
    return _client(uri, retryWrites=False)


def _client(uri: str, **options: Any) -> Client:
    return AsyncIOMotorClient(
        uri,
        tz_aware=True,
        w="majority",
        readConcernLevel="majority",
        serverSelectionTimeoutMS=3000,
        # Also how long a heartbeat may take: when one is late, the driver gives up all that runs.
        connectTimeoutMS=10_000,
        appname="bookwell",
        **options,
    )


async def _require_replica_set(client: Client) -> None:
    hello = await client.admin.command("hello")
    if "setName" not in hello and hello.get("msg") != "isdbgrid":
        raise NotReplicated(
            "MONGODB_URI names a standalone MongoDB server, which has no transactions. Start it "
            "with --replSet rs0 and run rs.initiate() once: a replica set of one node is enough."
        )


async def _build(client: Client) -> dict[str, Any]:
    """Return what the server tells of itself, if it does."""
    try:
        build: dict[str, Any] = await client.admin.command("buildInfo")
    except OperationFailure:
        log.warning("the database does not tell its version")
        return {}
    return build


def _require_version(build: dict[str, Any]) -> None:
    version = build.get("version")
    if version is not None and int(version.split(".")[0]) < _OLDEST_MONGODB:
        raise NotReplicated(f"MONGODB_URI names MongoDB {version}; Bookwell needs 7 or later.")
