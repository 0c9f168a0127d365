"""The reception list: a day as a queue, or any days as filtered."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from pydantic import BaseModel

from domain import clinic, clock
from domain.audit import saw
from domain.documents import Appointment, AppointmentStatus, Slot, SlotStatus
from domain.ids import Id
from domain.queries.changes import last_event
from domain.queries.desk_days import MOST_READ, portion_of_days, rows_of_days
from domain.queries.desk_lines import (
    DeskFilter,
    DeskLine,
    days_and_doctor,
    is_meant,
    place_in_list,
)
from domain.queries.desk_marks import Place, mark_of, place_of
from domain.queries.remembering import Remembered
from domain.reading import read_rows
from domain.references import read_reference
from domain.text import each_begins_one, typed_words
from domain.walltime import today

PAGE_SIZE = 50
_COUNTED_DAYS = timedelta(days=31)


@dataclass(frozen=True, kw_only=True, eq=False)
class DeskPage:
    """One page of the list; `next_after` is the mark of the next one.

    `counts`: how many of the filtered days and doctor have each status, and how many times are
    free; None where the days are too many to count. `now`: today as a queue starts with what has
    not ended at this moment, and what is over follows; None for a list by start alone.
    `searched_until`: how far a search came that had too much to read for one page.
    The same object is given to many who look within a second, so that it is laid out once.
    """

    rows: list[DeskLine]
    next_after: str | None
    counts: Mapping[str, int] | None
    now: datetime | None = None
    searched_until: datetime | None = None

    def ending_after(self, number: int) -> Self:
        """Return the page with so many rows at most; the others begin the next one."""
        if len(self.rows) <= number:
            return self
        rows = self.rows[:number]
        mark = mark_of(place_in_list(rows[-1], self.now))
        return replace(self, rows=rows, next_after=mark, searched_until=None)


class _StatusOnly(BaseModel):
    status: str


async def desk_page(
    wanted: DeskFilter,
    *,
    size: int = PAGE_SIZE,
    most_read: int = MOST_READ,
    kept: bool = False,
) -> DeskPage:
    """Return one page. Rows that others add or take away meanwhile neither repeat nor skip any.

    A search for an existing reference finds that appointment whatever else is filtered. A search
    of many days for what many people are called reads at most `most_read` lines for a page.
    `kept`: it may be as it was a second ago, where another machine has changed it since.

    Raises:
        Invalid: `after` is no mark of this list, or the days are out of all calendars.
    """
    read = _known_page if kept else _known_page.latest
    found = await read(wanted, size, most_read)
    saw((row.id, row.patient_id) for row in found.rows)
    return found


async def desk_rows(wanted: DeskFilter) -> AsyncGenerator[Appointment, None]:
    """Yield the whole list as filtered, by start, from its mark on.

    Raises:
        Invalid: as for `desk_page`.
    """
    place = place_of(wanted.after)
    reference = read_reference(wanted.q)
    named = await Appointment.find_one({"reference": reference}) if reference else None
    if named is not None:
        saw([(named.id, named.patient_id)])
        yield named
        return
    words = typed_words(wanted.q)
    async with aclosing(rows_of_days(wanted, place, Appointment)) as found:
        async for row in found:
            if each_begins_one(words, row.words):
                saw([(row.id, row.patient_id)])
                yield row


async def desk_counts(wanted: DeskFilter) -> dict[str, int] | None:
    """Return how many of the days and doctor have each status, and how many times are free.

    A time that has begun is not free any more. None: the days are too many to count.
    """
    if wanted.until - wanted.date > _COUNTED_DAYS:
        return None
    where = days_and_doctor(wanted)
    rows, free = await asyncio.gather(read_rows(Appointment, where, _StatusOnly), _free(wanted))
    return _counted((row.status for row in rows), free)


async def line_named(reference: str) -> Appointment | None:
    """Return the appointment with a typed reference."""
    known = read_reference(reference)
    found = await Appointment.find_one({"reference": known}) if known else None
    if found is not None:
        saw([(found.id, found.patient_id)])
    return found


async def lines_of(ids: Sequence[Id]) -> list[DeskLine]:
    """Return the lines of those of some appointments that there are, in the order of their ids."""
    found = await read_rows(Appointment, {"_id": {"$in": list(ids)}}, DeskLine) if ids else []
    saw((row.id, row.patient_id) for row in found)
    by_id = {row.id: row for row in found}
    return [by_id[one] for one in ids if one in by_id]


async def ids_named(references: Sequence[str]) -> dict[str, Id]:
    """Return the ids of those appointments whose references, as they are stored, there are."""
    known = [one for one in references if read_reference(one) == one]
    if not known:
        return {}
    found = Appointment.find({"reference": {"$in": known}}).project(DeskLine)
    return {one.reference: one.id for one in await found.to_list()}


async def _page(wanted: DeskFilter, size: int, most_read: int) -> DeskPage:
    place = place_of(wanted.after)
    named = await _by_reference(wanted.q)
    if named is not None:
        return DeskPage(rows=[named], next_after=None, counts=await desk_counts(wanted))
    if wanted.is_one_day:
        return await _day_page(wanted, place, size)
    portion, counts = await asyncio.gather(
        portion_of_days(wanted, place, size, most_read=most_read), desk_counts(wanted)
    )
    return DeskPage(
        rows=portion.rows,
        next_after=mark_of(portion.reached) if portion.reached else None,
        counts=counts,
        searched_until=portion.reached.starts_at if portion.reached and portion.is_cut else None,
    )


async def _by_reference(typed: str) -> DeskLine | None:
    reference = read_reference(typed)
    if not reference:
        return None
    return await Appointment.find({"reference": reference}).project(DeskLine).first_or_none()


async def _day_page(wanted: DeskFilter, place: Place | None, size: int) -> DeskPage:
    """Return a page of one day, which is read as a whole: list and counts are one question."""
    where = days_and_doctor(wanted)
    day, free = await asyncio.gather(
        read_rows(Appointment, where, DeskLine),
        _free(wanted),
    )
    now = _queue_from(wanted, place)
    words = typed_words(wanted.q)
    rows = sorted(
        (row for row in day if is_meant(row, wanted.status, words)),
        key=lambda row: place_in_list(row, now),
    )
    left = [row for row in rows if place is None or place_in_list(row, now) > place]
    return DeskPage(
        rows=left[:size],
        next_after=mark_of(place_in_list(left[size - 1], now)) if len(left) > size else None,
        counts=_counted((row.status for row in day), free),
        now=now,
    )


async def _free(wanted: DeskFilter) -> int:
    where = days_and_doctor(wanted)
    within = where.pop("starts_at")
    start, end = max(within["$gte"], clock.now()), within["$lt"]
    if start >= end:
        return 0  # these days are over, and nothing is free any more
    ahead = {"starts_at": {"$gte": start, "$lt": end}}
    return int(await Slot.find({**where, "status": SlotStatus.OPEN.value, **ahead}).count())


def _queue_from(wanted: DeskFilter, place: Place | None) -> datetime | None:
    """Return the moment from which today is a queue; further pages keep that of the first."""
    if place is not None:
        return place.now
    now = clock.now()
    is_queue = wanted.date == today(now, clinic.current().zone) and not (wanted.status or wanted.q)
    return now.replace(microsecond=0) if is_queue else None


def _counted(statuses: Iterable[str], free: int) -> dict[str, int]:
    counts = Counter(statuses)
    return {status.value: counts[status] for status in AppointmentStatus} | {"free": free}


# Few: each holds fifty lines with names.
_known_page = Remembered(_page, seconds=1, version=last_event, most=32)
