"""Reads a long line of waiting documents in small batches, oldest first."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from beanie import Document

from domain.ids import Id

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_SHORTEST = timedelta(milliseconds=1)


class Backlog:
    """A place in the line of documents with certain field values, ordered by a time field.

    The embedded engine reads every match before a limit applies, so that asking for the first
    hundred of a hundred thousand takes some ten seconds. After the first batch, each next one is
    therefore asked for within a window of time about as wide as the batch before it.
    """

    def __init__(self, document: type[Document], time_field: str, equal: Mapping[str, Any]) -> None:
        self._document = document
        self._field = time_field
        self._equal = dict(equal)
        self._from = _BEGINNING
        self._width: timedelta | None = None

    async def next(self, until: datetime, limit: int) -> list[Id]:
        """Return the next ids up to a moment; fewer than `limit` means that the end was reached.

        After the end, the next call starts from the oldest again.
        """
        while True:
            end = until if self._width is None else min(until, self._from + self._width)
            rows = await self._between(end, limit)
            if len(rows) == limit:
                self._advance(rows)
                return [row["_id"] for row in rows]
            if end == until:
                self._from, self._width = _BEGINNING, None
                return [row["_id"] for row in rows]
            self._width = (self._width or _SHORTEST) * 4

    def _advance(self, rows: list[dict[str, Any]]) -> None:
        first, last = rows[0][self._field], rows[-1][self._field]
        # Of a moment with more than fit, the rest is left to the next time from the beginning.
        self._from = last if last > first else last + _SHORTEST
        self._width = max(_SHORTEST, (last - first) * 2)

    async def _between(self, end: datetime, limit: int) -> list[dict[str, Any]]:
        matching = {**self._equal, self._field: {"$gte": self._from, "$lte": end}}
        cursor = self._document.get_motor_collection().find(matching, {self._field: 1})
        rows: list[dict[str, Any]] = await cursor.sort(self._field, 1).limit(limit).to_list(None)
        return rows
