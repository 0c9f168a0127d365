"""Reads documents newest first, a few at a time, however many there are."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from domain import clock
from domain.documents.stored import Stored
from domain.errors import Invalid, NotFound
from domain.ids import Id, parse_id

T = TypeVar("T", bound=Stored)
Place = tuple[datetime, Id]

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
    the time field serves it.
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
        found = list(filter(keep, await self._beside(before) if before else []))
        now = clock.now()
        end, width = (min(before[0], now + _AHEAD), _NARROW) if before else (now + _AHEAD, _AHEAD)
        while len(found) < size and end > now - _BACK:
            start = max(now if end > now else now - _BACK, end - width)
            rows = await self._between(start, end, portion)
            found.extend(filter(keep, rows))
            if len(rows) < portion:
                end, width = start, _NARROW if start == now else width * _WIDER
            elif len(found) < size:
                first, end = getattr(rows[0], self._field), getattr(rows[-1], self._field)
                found.extend(filter(keep, await self._beside((end, rows[-1].id))))
                width = max(_NARROW, (first - end) * 2)
        return found[:size]

    async def near(self, size: int) -> list[T]:
        """Return up to `size` documents, rather those whose time is near to this moment."""
        now, found = clock.now(), []
        for reach in _NEAR:
            found = await self._between(now - reach, now + reach, size)
            if len(found) >= size:
                break
        return found

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

    async def _beside(self, place: Place) -> list[T]:
        """Return those of the very same moment that come after the place."""
        moment, identifier = place
        found = await self._document.find({**self._equal, self._field: moment}).to_list()
        return sorted(
            (one for one in found if one.id < identifier), key=lambda one: one.id, reverse=True
        )

    async def _between(self, start: datetime, end: datetime, limit: int) -> list[T]:
        found = self._document.find(self._matching(start, end)).sort(f"-{self._field}", "-_id")
        return await found.limit(limit).to_list()

    def _matching(self, start: datetime, end: datetime) -> dict[str, Any]:
        return {**self._equal, self._field: {"$gte": start, "$lt": end}}
