"""Indexes: how documents declare theirs, which one refused a write, and how an old one goes."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from beanie import Document
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError, OperationFailure


def ascending(*fields: str, name: str, where: Mapping[str, Any] | None = None) -> IndexModel:
    """Declare an ascending index, over the documents that match `where` if given."""
    return _index(fields, name, where, is_unique=False)


def unique(*fields: str, name: str, where: Mapping[str, Any] | None = None) -> IndexModel:
    """Declare a unique ascending index, over the documents that match `where` if given."""
    return _index(fields, name, where, is_unique=True)


def expiring(field: str, *, name: str) -> IndexModel:
    """Declare that a document may be removed once the moment in a field has passed."""
    return IndexModel([(field, 1)], name=name, expireAfterSeconds=0)


def violated_index(error: DuplicateKeyError) -> str:
    """Return the name of the unique index that refused a write."""
    message = str((error.details or {}).get("errmsg") or error)
    _, _, rest = message.partition("index: ")
    return rest.split(" ", 1)[0]


async def drop_index(document: type[Document], name: str, *, of: str | None = None) -> None:
    """Drop an index that no version needs any more, if there still is one of that name.

    `of`: the name of another collection in the document's database.
    """
    collection = document.get_motor_collection()
    if of is not None:
        collection = collection.database[of]
    if name in await collection.index_information():
        with suppress(OperationFailure):  # another process was quicker
            await collection.drop_index(name)


def _index(
    fields: Sequence[str], name: str, where: Mapping[str, Any] | None, *, is_unique: bool
) -> IndexModel:
    options: dict[str, Any] = {"name": name}
    if is_unique:
        options["unique"] = True
    if where is not None:
        options["partialFilterExpression"] = dict(where)
    return IndexModel([(field, 1) for field in fields], **options)
