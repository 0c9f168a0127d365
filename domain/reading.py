"""Reading what is stored, in the shape that a page or an action needs of it."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from typing import Any, TypeVar

from beanie import Document
from pydantic import BaseModel, TypeAdapter

from domain.database import Session, collection_of, on_reader
from domain.encoding import encoded

log = logging.getLogger(__name__)

Row = TypeVar("Row", bound=BaseModel)
Doc = TypeVar("Doc", bound=Document)
_WHOLE_LIST = 2000


async def read_one(document: type[Doc], where: Mapping[str, Any]) -> Doc | None:
    """Return the document that matches, if there is one."""
    collection = collection_of(document)
    found = await on_reader(collection.find_one, encoded(document, where))
    return None if found is None else document.model_validate(found)


async def read_rows(
    document: type[Document],
    where: Mapping[str, Any],
    shape: type[Row],
    *,
    order: Sequence[str] = (),
    limit: int = 0,
) -> list[Row]:
    """Return what matches, each cut to the fields of `shape`, ascending by `order`.

    For lists on pages. The whole list is read in one visit to a thread, where a cursor of Motor's
    takes one for each step, and nothing but the shape's own validation is run on each row.
    """
    rows = partial(rows_found, document, where, shape, order=order, limit=limit)
    found: list[Row] = await on_reader(rows)
    return found


async def read_readable(
    document: type[Document], where: Mapping[str, Any], shape: type[Row]
) -> tuple[list[Row], list[Any]]:
    """Return what matches and can be read, and the ids of what cannot."""
    return await on_reader(_readable, document, where, shape)


def _readable(
    document: type[Document], where: Mapping[str, Any], shape: type[Row]
) -> tuple[list[Row], list[Any]]:
    return readable(
        list(collection_of(document).find(dict(where), {**_fields(shape), "_id": 1})), shape
    )


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
    if unreadable:
        # Not what is wrong with them, which would repeat what is stored.
        log.error("%s %s cannot be read", shape.__name__, ", ".join(map(str, unreadable)))
    return read


def rows_found(
    document: type[Document],
    where: Mapping[str, Any],
    shape: type[Row],
    *,
    order: Sequence[str] = (),
    limit: int = 0,
    session: Session | None = None,
) -> list[Row]:
    """Return the same on a thread, in a session if given."""
    found = collection_of(document).find(
        dict(where), _fields(shape), limit=limit, batch_size=limit or _WHOLE_LIST, session=session
    )
    if order:
        found.sort([(field, 1) for field in order])
    return _list_of(shape).validate_python(list(found))


async def read_stored(document: type[Document], where: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what matches as it is stored: where one that cannot be read must not stop the rest."""
    found = collection_of(document).find(encoded(document, where), batch_size=_WHOLE_LIST)
    return await on_reader(list, found)


@cache
def _list_of(shape: type[Row]) -> TypeAdapter[list[Row]]:
    return TypeAdapter(list[shape])  # type: ignore[valid-type]


@cache
def _fields(shape: type[BaseModel]) -> dict[str, int]:
    named = {field.alias or name: 1 for name, field in shape.model_fields.items()}
    return named if "_id" in named else {"_id": 0, **named}
