"""Changing what is stored, one step at a time; what stands or falls together is in `writes`."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from beanie import Document

from domain.database import Session, collection_of, on_writer, one_refusal
from domain.encoding import encoded, stored_form

T = TypeVar("T")
_PORTION = 50


async def change_one(
    document: type[Document], where: Mapping[str, Any], change: Mapping[str, Any]
) -> bool:
    """Change the one document that matches and tell whether there was one.

    The expected state belongs into `where`: it makes the change a claim that one caller wins.
    """
    return await on_writer(changed_one, document, where, change)


def changed_one(
    document: type[Document],
    where: Mapping[str, Any],
    change: Mapping[str, Any],
    session: Session | None = None,
) -> bool:
    """Do the same on a thread."""
    result = collection_of(document).update_one(
        encoded(document, where), encoded(document, change), session=session
    )
    return result.modified_count == 1


async def change_many(
    document: type[Document], where: Mapping[str, Any], change: Mapping[str, Any]
) -> None:
    """Change all documents that match."""
    await document.find(where).update_many(change)


async def delete_one(document: type[Document], where: Mapping[str, Any]) -> bool:
    """Delete the one document that matches and tell whether there was one."""
    delete = collection_of(document).delete_one
    result = await on_writer(delete, encoded(document, where))
    return bool(result.deleted_count == 1)


async def delete_many(document: type[Document], where: Mapping[str, Any]) -> None:
    """Delete all documents that match: only where keeping them has an end."""
    await document.find(where).delete()


def insert_stored(documents: Sequence[Document], session: Session | None = None) -> None:
    """Insert some documents of one class, on a thread.

    Many go in portions: others wait less for the embedded database between short commands.

    Raises:
        DuplicateKey: a unique index refused one of them.
    """
    collection = collection_of(type(documents[0]))
    for portion in portions([stored_form(one) for one in documents]):
        with one_refusal():
            if len(portion) == 1:
                collection.insert_one(portion[0], session=session)
            else:
                collection.insert_many(portion, session=session)


def portions(many: Sequence[T]) -> list[Sequence[T]]:
    """Return many things in order, as few at a time as one command may write."""
    return [many[start : start + _PORTION] for start in range(0, len(many), _PORTION)]
