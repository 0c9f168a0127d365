"""The reception list."""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from domain import clinic
from domain.documents import Appointment, AppointmentStatus, Slot, SlotStatus
from domain.errors import Invalid, NotFound
from domain.ids import Id, parse_id
from domain.references import read_reference
from domain.text import every_word_starts_with
from domain.walltime import day_bounds, span_bounds

PAGE_SIZE = 50
_MARK_FORMAT = "%Y%m%dT%H%M%SZ"


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
        Invalid: `after` is no mark of this list.
    """
    named = await _by_reference(wanted.q)
    if named is not None:
        return DeskPage(rows=[named], next_after=None)
    rows = await (
        Appointment.find(_conditions(wanted)).sort("+starts_at", "+_id").limit(size + 1).to_list()
    )
    more = len(rows) > size
    return DeskPage(rows=rows[:size], next_after=_mark(rows[size - 1]) if more else None)


async def desk_rows(wanted: DeskFilter) -> AsyncIterator[Appointment]:
    """Yield the whole list as filtered, page by page."""
    after: str | None = None
    while True:
        page = await desk_page(replace(wanted, after=after), size=500)
        for row in page.rows:
            yield row
        after = page.next_after
        if after is None:
            return


async def day_counts(day: dt.date) -> dict[str, int]:
    """Return how many appointments of a local day have each status, and how many slots are free."""
    start, end = day_bounds(day, clinic.current().zone)
    span = {"starts_at": {"$gte": start, "$lt": end}}
    rows, free = await asyncio.gather(
        Appointment.find(span).project(_StatusOnly).to_list(),
        Slot.find({"status": SlotStatus.OPEN.value, **span}).count(),
    )
    counts = Counter(row.status for row in rows)
    return {status.value: counts[status.value] for status in AppointmentStatus} | {"free": free}


async def _by_reference(typed: str) -> Appointment | None:
    reference = read_reference(typed)
    return await Appointment.find_one({"reference": reference}) if reference else None


def _conditions(wanted: DeskFilter) -> dict[str, Any]:
    start, end = span_bounds(wanted.date, wanted.until, clinic.current().zone)
    where: dict[str, Any] = {}
    if wanted.doctor_id:
        where["doctor_id"] = wanted.doctor_id
    if wanted.status:
        where["status"] = wanted.status.value
    narrowing: list[dict[str, Any]] = [*every_word_starts_with("words", wanted.q)]
    if wanted.after:
        start, last_id = _read_mark(wanted.after)
        narrowing.append({"$or": [{"starts_at": {"$gt": start}}, {"_id": {"$gt": last_id}}]})
    where["starts_at"] = {"$gte": start, "$lt": end}
    if narrowing:
        where["$and"] = narrowing
    return where


def _mark(row: Appointment) -> str:
    return f"{row.starts_at.astimezone(dt.UTC):{_MARK_FORMAT}}{row.id}"


def _read_mark(mark: str) -> tuple[dt.datetime, Id]:
    moment, identifier = mark[:16], mark[16:]
    try:
        return dt.datetime.strptime(moment, _MARK_FORMAT).replace(tzinfo=dt.UTC), parse_id(
            identifier
        )
    except (ValueError, NotFound) as error:
        raise Invalid("This page of the list is not known.") from error
