"""Writes that stand or fall together: plain functions, run as one transaction on a thread.

Nothing in them can wait for anything but the database.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from domain.changing import changed_one, insert_stored
from domain.database import Session, collection_of, in_session
from domain.documents.stored import Stored
from domain.encoding import encoded, stored_form
from domain.reading import Row, all_found, rows_found

T = TypeVar("T")
Doc = TypeVar("Doc", bound=Stored)


class Writes:
    """What may be done within a transaction; each is one command."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def insert(self, *documents: Stored) -> None:
        """Insert documents of one class, or raise DuplicateKey."""
        insert_stored(documents, self._session)

    def change_one(
        self, document: type[Stored], where: Mapping[str, Any], change: Mapping[str, Any]
    ) -> bool:
        """Change the one document that matches and tell whether there was one.

        The expected state belongs into `where`: it makes the change a claim that one caller wins.
        """
        return changed_one(document, where, change, self._session)

    def change_all(
        self, document: type[Stored], where: Mapping[str, Any], change: Mapping[str, Any]
    ) -> int:
        """Change all documents that match, and return how many there were."""
        result = collection_of(document).update_many(
            encoded(document, where), encoded(document, change), session=self._session
        )
        return result.modified_count

    def replace_one(self, document: Stored, where: Mapping[str, Any]) -> bool:
        """Store a document instead of the one that matches, and tell whether there was one."""
        kind = type(document)
        result = collection_of(kind).replace_one(
            encoded(kind, where), stored_form(document), session=self._session
        )
        return result.matched_count == 1

    def find(self, document: type[Doc], where: Mapping[str, Any]) -> list[Doc]:
        """Return the documents that match, as this transaction sees them."""
        return all_found(document, where, self._session)

    def rows(
        self,
        document: type[Stored],
        where: Mapping[str, Any],
        shape: type[Row],
        *,
        order: Sequence[str] = (),
    ) -> list[Row]:
        """Return what matches as `read_rows` does, as this transaction sees it."""
        return rows_found(document, where, shape, order=order, session=self._session)


async def in_transaction(work: Callable[[Writes], T]) -> T:
    """Run `work` in one transaction; it runs again after a transient error.

    `work` must have no effect but its database writes. Reruns end after four seconds.

    Raises:
        DuplicateKey: a unique index refused a write; nothing was written.
        Unavailable: the database did not answer, or contention did not end in time.
    """
    return await in_session(lambda session: work(Writes(session)))
