"""The reception list."""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from domain import clinic, clock
from domain.audit import saw
from domain.documents import Appointment, AppointmentStatus, Slot, SlotStatus
from domain.ids import Id
from domain.queries.marks import mark_of, read_mark
from domain.references import read_reference
from domain.text import each_begins_one, typed_words
from domain.walltime import day_bounds, span_bounds

PAGE_SIZE = 50
_BATCH = 200


@dataclass(frozen=True, kw_only=True)
class DeskFilter:
    """What the list shows: local days from `date` to `until`, one doctor, one status, a search.

    `after` is a mark from the page before: where this page goes on.
    """

    date: dt.date
    until: dt.date
    doctor_id: Id | None = None
    status: AppointmentStatus | None = None
    q: str = ""
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class DeskPage:
    """One page of the list, ascending by start; `next_after` is the mark of the next one."""

    rows: list[Appointment]
    next_after: str | None


class _StatusOnly(BaseModel):
    status: str


async def desk_page(wanted: DeskFilter, *, size: int = PAGE_SIZE) -> DeskPage:
    """Return one page. Rows that others add or take away meanwhile neither repeat nor skip any.

    A search for an existing reference finds that appointment whatever else is filtered.

    Raises:
        Invalid: `after` is no mark of this list, or the days are out of all calendars.
    """
    rows: list[Appointment] = []
    async with aclosing(desk_rows(wanted)) as found:
        async for row in found:
            if len(rows) == size:
                return DeskPage(rows=rows, next_after=mark_of(rows[-1]))
            rows.append(row)
    return DeskPage(rows=rows, next_after=None)


async def desk_rows(wanted: DeskFilter) -> AsyncGenerator[Appointment, None]:
    """Yield the whole list as filtered, from its mark on.

    Raises:
        Invalid: as for `desk_page`.
    """
    where = _span_and_equalities(wanted)
    mark = read_mark(wanted.after) if wanted.after else None
    named = await _by_reference(wanted.q)
    if named is not None:
        saw([(named.id, named.patient_id)])
        yield named
        return
    words = typed_words(wanted.q)
    if mark:
        where["starts_at"]["$gte"] = max(mark[0], where["starts_at"]["$gte"])
    # The search and the mark are applied here: an index serves equal fields and one range, and
    # the embedded database reads the whole collection for anything beside them.
    found = Appointment.find(where, batch_size=_BATCH).sort("+starts_at", "+_id")
    async for row in found:
        if each_begins_one(words, row.words) and (mark is None or (row.starts_at, row.id) > mark):
            saw([(row.id, row.patient_id)])
            yield row


async def day_counts(day: dt.date) -> dict[str, int]:
    """Return how many appointments of a local day have each status, and how many times are free.

    A time that has begun is not free any more.
    """
    start, end = day_bounds(day, clinic.current().zone)
    ahead = {"$gte": max(start, clock.now()), "$lt": end}
    rows, free = await asyncio.gather(
        Appointment.find({"starts_at": {"$gte": start, "$lt": end}}).project(_StatusOnly).to_list(),
        Slot.find({"status": SlotStatus.OPEN.value, "starts_at": ahead}).count(),
    )
    counts = Counter(row.status for row in rows)
    return {status.value: counts[status.value] for status in AppointmentStatus} | {"free": free}


async def _by_reference(typed: str) -> Appointment | None:
    reference = read_reference(typed)
    return await Appointment.find_one({"reference": reference}) if reference else None


def _span_and_equalities(wanted: DeskFilter) -> dict[str, Any]:
    start, end = span_bounds(wanted.date, wanted.until, clinic.current().zone)
    where: dict[str, Any] = {}
    if wanted.doctor_id:
        where["doctor_id"] = wanted.doctor_id
    if wanted.status:
        where["status"] = wanted.status.value
    return {**where, "starts_at": {"$gte": start, "$lt": end}}
