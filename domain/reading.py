"""Reading what is stored, in the shape that a page or an action needs of it."""

import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from typing import Any, TypeVar

from beanie import Document
from pydantic import BaseModel, TypeAdapter

from domain.complaining import complain_once
from domain.database import Session, collection_of, on_reader
from domain.documents.stored import Stored
from domain.encoding import encoded

log = logging.getLogger(__name__)

Row = TypeVar("Row", bound=BaseModel)
Doc = TypeVar("Doc", bound=Document)
_AT_ONCE, _WHOLE_LIST = 1000, 2000
_FEW_FIELDS = 5


async def read_one(document: type[Doc], where: Mapping[str, Any]) -> Doc | None:
    """Return the document that matches, if there is one."""
    return await on_reader(one_found, document, where)


def one_found(document: type[Doc], where: Mapping[str, Any]) -> Doc | None:
    """Return the same, on a thread."""
    found = collection_of(document).find_one(encoded(document, where))
    return None if found is None else document.model_validate(found)


def all_found(
    document: type[Doc], where: Mapping[str, Any], session: Session | None = None
) -> list[Doc]:
    """Return all documents that match, on a thread."""
    found = collection_of(document).find(encoded(document, where), session=session)
    return [document.model_validate(one) for one in found]


async def is_any(document: type[Document], where: Mapping[str, Any]) -> bool:
    """Tell whether anything matches, whatever else is stored of it."""
    find_one = collection_of(document).find_one
    return await on_reader(find_one, encoded(document, where), {"_id": 1}) is not None


async def read_rows(
    document: type[Document],
    where: Mapping[str, Any],
    shape: type[Row],
    *,
    order: Sequence[str] = (),
    limit: int = 0,
) -> list[Row]:
    """Return what matches, each cut to the fields of `shape`, by `order` (`"-field"` descends).

    For lists on pages. The whole list is read in one visit to a thread, where a cursor of Motor's
    takes one for each step, and nothing but the shape's own validation is run on each row. What
    cannot be read is left out, so that all else is seen, and its id is logged once.
    """
    return await on_reader(
        partial(readable_found, document, where, shape, order=order, limit=limit)
    )


def readable_found(
    document: type[Document],
    where: Mapping[str, Any],
    shape: type[Row],
    *,
    order: Sequence[str] = (),
    limit: int = 0,
) -> list[Row]:
    """Return the same, on a thread."""
    return all_readable(_stored(document, where, shape, order=order, limit=limit), shape)


async def read_portion(
    document: type[Document],
    where: Mapping[str, Any],
    shape: type[Row],
    *,
    order: Sequence[str] = (),
    limit: int = 0,
) -> tuple[list[Row], bool]:
    """Return what `read_rows` does, and whether `limit` was reached.

    What cannot be read counts to that, too.
    """

    def portion() -> tuple[list[Row], bool]:
        stored = _stored(document, where, shape, order=order, limit=limit)
        return all_readable(stored, shape), 0 < limit == len(stored)

    return await on_reader(portion)


async def read_readable(
    document: type[Document], where: Mapping[str, Any], shape: type[Row]
) -> tuple[list[Row], list[Any]]:
    """Return what matches and can be read, and the ids of what cannot."""
    return await on_reader(found_readable, document, where, shape)


def found_readable(
    document: type[Document], where: Mapping[str, Any], shape: type[Row]
) -> tuple[list[Row], list[Any]]:
    """Return the same, on a thread."""
    return readable(_stored(document, where, shape), shape)


def readable(rows: list[dict[str, Any]], shape: type[Row]) -> tuple[list[Row], list[Any]]:
    """Return those of some stored rows that can be read, and the ids of the others."""
    with suppress(Exception):
        return _list_of(shape).validate_python(rows), []
    read: list[Row] = []
    unreadable = []
    for row in rows:
        try:
            read.append(shape.model_validate(row))
        except Exception:  # noqa: BLE001 - whatever is wrong with one, it concerns no other
            unreadable.append(row["_id"])
    return read, unreadable


def all_readable(rows: list[dict[str, Any]], shape: type[Row]) -> list[Row]:
    """Return those that can be read, and log the ids of the others."""
    read, unreadable = readable(rows, shape)
    for one in unreadable:
        # Not what is wrong with it, which would repeat what is stored.
        complain_once(log, "%s %s cannot be read", shape.__name__, one)
    return read


def rows_found(
    document: type[Document],
    where: Mapping[str, Any],
    shape: type[Row],
    *,
    order: Sequence[str] = (),
    session: Session,
) -> list[Row]:
    """Return it in a transaction, on its thread: none may be missing from what is decided."""
    found = _stored(document, where, shape, order=order, session=session)
    return _list_of(shape).validate_python(found)


def _stored(
    document: type[Document],
    where: Mapping[str, Any],
    shape: type[Row],
    *,
    order: Sequence[str] = (),
    limit: int = 0,
    session: Session | None = None,
) -> list[dict[str, Any]]:
    def found(**how: int) -> list[dict[str, Any]]:
        rows = collection_of(document).find(dict(where), _fields(shape), session=session, **how)
        if order:
            rows.sort([(field.removeprefix("-"), -1 if field[0] == "-" else 1) for field in order])
        return list(rows)

    if issubclass(document, Stored) and document.is_small and limit <= _AT_ONCE:
        # A negative limit asks for one answer and no cursor, for which the embedded database would
        # write every row once more. MongoDB would leave out what does not fit into 16 MB.
        rows = found(limit=-(limit or _AT_ONCE))
        if limit or len(rows) < _AT_ONCE:
            return rows
    return found(limit=limit, batch_size=limit or _WHOLE_LIST)


async def read_stored(document: type[Document], where: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what matches as it is stored: where one that cannot be read must not stop the rest."""
    found = collection_of(document).find(encoded(document, where), batch_size=_WHOLE_LIST)
    return await on_reader(list, found)


async def stored_fields(
    document: type[Document], field: str
) -> AsyncGenerator[tuple[Any, Any], None]:
    """Yield the identifier and one field (`"outer.inner"`: one within) of all documents with it.

    As it is stored, and not as its class reads it.
    """
    collection = document.get_motor_collection()
    async for found in collection.find({field: {"$exists": True}}, {field: 1}):
        value: Any = found
        for name in field.split("."):
            value = value[name]
        yield found["_id"], value


@cache
def _list_of(shape: type[Row]) -> TypeAdapter[list[Row]]:
    return TypeAdapter(list[shape])  # type: ignore[valid-type]


@cache
def _fields(shape: type[BaseModel]) -> dict[str, int] | None:
    """Return the fields that the database cuts rows to; None for whole rows.

    Many fields are not worth it: the embedded database takes as long to cut a row to them as to
    find it, twenty times as long as it takes to read the others here.
    """
    fields = {field.alias or name: 1 for name, field in shape.model_fields.items()}
    return fields if len(fields) <= _FEW_FIELDS else None
