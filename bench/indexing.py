"""Collections filled first and indexed afterwards, which takes half the time of row by row."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.documents.stored import Stored


@asynccontextmanager
async def indexed_afterwards(*documents: type[Stored]) -> AsyncIterator[None]:
    """Leave collections without their indexes until a block has filled them.

    Raises:
        DuplicateKey: what was stored does not keep to a unique index.
    """
    collections = [one.get_motor_collection() for one in documents]
    for collection in collections:
        await collection.drop_indexes()
    yield
    for document, collection in zip(documents, collections, strict=True):
        await collection.create_indexes(document.Settings.indexes)
