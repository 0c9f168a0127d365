"""Reads documents newest first, a few at a time, however many there are."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from domain import clock
from domain.documents.stored import Stored
from domain.errors import Invalid, NotFound
from domain.ids import Id, parse_id
from domain.reading import all_readable

T = TypeVar("T", bound=Stored)
Place = tuple[datetime, Id]
Rows = list[dict[str, Any]]
# A message may be tried again as late as RETRY_CAP, ten years at most.
_AHEAD, _BACK = timedelta(days=11 * 366), timedelta(days=5 * 366)
_NARROW = timedelta(seconds=2)
_NEAR = (timedelta(seconds=8), timedelta(minutes=8), timedelta(days=3), _BACK)
_WIDER = 8
_PORTION = 500
_MARK_FORMAT = "%Y%m%dT%H%M%S%f"
_MOMENT = re.compile(r"(?:19|20|21)\d{6}T\d{12}", re.ASCII)


def mark_of(moment: datetime, identifier: Id) -> str:
    """Return the mark in an address from which a list goes on after a document."""
    return f"{moment.astimezone(UTC):{_MARK_FORMAT}}Z{identifier}"


def place_of(mark: str) -> Place:
    """Return where a list goes on.

    Raises:
        Invalid: it is no mark of a list.
    """
    moment, _, identifier = mark.partition("Z")
    unknown = Invalid("This page of the list is not known.")
    if not _MOMENT.fullmatch(moment):
        raise unknown
    try:
        read = datetime.strptime(moment, _MARK_FORMAT).replace(tzinfo=UTC)
        return read, parse_id(identifier)
    except (ValueError, NotFound) as error:
        raise unknown from error


class Newest(Generic[T]):
    """Documents with certain field values in the order of a time field, descending.

    The embedded engine reads every match before a limit applies, so each step asks within a
    window of time, which widens until enough was found. An index over the equal fields and then
    the time field serves it. What cannot be read is left out, so that all else is seen.
    """

    def __init__(self, document: type[T], time_field: str, equal: Mapping[str, Any]) -> None:
        self._document = document
        self._field = time_field
        self._equal = dict(equal)

    async def page(
        self, size: int, *, before: Place | None = None, keep: Callable[[T], bool] | None = None
    ) -> list[T]:
        """Return up to `size` documents that come after a place in this order.

        With `keep` only those that it says yes to, however many lie between: these are read in
        portions.
        """
        keep, portion = (keep, _PORTION) if keep else (lambda _: True, size)
        found = list(filter(keep, self._read(await self._beside(before) if before else [])))
        now = clock.now()
        end, width = (min(before[0], now + _AHEAD), _NARROW) if before else (now + _AHEAD, _AHEAD)
        while len(found) < size and end > now - _BACK:
            start = max(now if end > now else now - _BACK, end - width)
            rows = await self._between(start, end, portion)
            found.extend(filter(keep, self._read(rows)))
            if len(rows) < portion:
                end, width = start, _NARROW if start == now else width * _WIDER
            elif len(found) < size:
                first, end = rows[0][self._field], rows[-1][self._field]
                beside = await self._beside((end, rows[-1]["_id"]))
                found.extend(filter(keep, self._read(beside)))
                width = max(_NARROW, (first - end) * 2)
        return found[:size]

    async def near(self, size: int) -> list[T]:
        """Return up to `size` documents, rather those whose time is near to this moment."""
        now, rows = clock.now(), []
        for reach in _NEAR:
            rows = await self._between(now - reach, now + reach, size)
            if len(rows) >= size:
                break
        return self._read(rows)

    async def count(self, most: int) -> int:
        """Return how many there are, counted up to `most`, beginning near to this moment."""
        now, found = clock.now(), 0
        for reach in _NEAR:
            matching = self._matching(now - reach, now + reach)
            collection = self._document.get_motor_collection()
            found = await collection.count_documents(matching, limit=most)
            if found >= most:
                break
        return found

    async def _beside(self, place: Place) -> Rows:
        """Return those of the very same moment that come after the place."""
        moment, identifier = place
        same = {**self._equal, self._field: moment}
        found: Rows = await self._document.get_motor_collection().find(same).to_list(None)
        after = [row for row in found if row["_id"] < identifier]
        return sorted(after, key=lambda row: row["_id"], reverse=True)

    async def _between(self, start: datetime, end: datetime, limit: int) -> Rows:
        found = self._document.get_motor_collection().find(self._matching(start, end))
        newest_first = found.sort([(self._field, -1), ("_id", -1)]).limit(limit)
        rows: Rows = await newest_first.to_list(None)
        return rows

    def _read(self, rows: Rows) -> list[T]:
        return all_readable(rows, self._document)

    def _matching(self, start: datetime, end: datetime) -> dict[str, Any]:
        return {**self._equal, self._field: {"$gte": start, "$lt": end}}
