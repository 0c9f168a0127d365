"""The reception list: a day as a queue, or any days as filtered."""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from domain import clinic, clock
from domain.audit import saw
from domain.database import read_rows
from domain.documents import Appointment, AppointmentStatus, Slot, SlotStatus
from domain.ids import Id
from domain.queries.desk_marks import Place, mark_of, place_of
from domain.references import read_reference
from domain.text import each_begins_one, typed_words
from domain.walltime import span_bounds, today

PAGE_SIZE = 50
_FIRST_WINDOW = timedelta(hours=12)
_COUNTED_DAYS = timedelta(days=31)


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

    @property
    def is_one_day(self) -> bool:
        """Whether it is about one day."""
        return self.date == self.until


class DeskLine(BaseModel):
    """What a line of the list says about an appointment, and the words that it is found by."""

    model_config = ConfigDict(frozen=True)

    id: Id = Field(alias="_id")
    reference: str
    doctor_id: Id
    doctor_name: str
    patient_id: Id
    patient_name: str
    starts_at: datetime
    ends_at: datetime
    wall_start: str
    fold: int
    zone: str
    status: AppointmentStatus
    words: list[str]


@dataclass(frozen=True, kw_only=True)
class DeskPage:
    """One page of the list; `next_after` is the mark of the next one.

    `counts`: how many of the filtered days and doctor have each status, and how many times are
    free; None where the days are too many to count. `now`: today as a queue starts with what has
    not ended at this moment, and what is over follows; None for a list by start alone.
    """

    rows: list[DeskLine]
    next_after: str | None
    counts: Mapping[str, int] | None
    now: datetime | None = None


class _StatusOnly(BaseModel):
    status: str


T = TypeVar("T", bound=BaseModel)


async def desk_page(wanted: DeskFilter, *, size: int = PAGE_SIZE) -> DeskPage:
    """Return one page. Rows that others add or take away meanwhile neither repeat nor skip any.

    A search for an existing reference finds that appointment whatever else is filtered.

    Raises:
        Invalid: `after` is no mark of this list, or the days are out of all calendars.
    """
    place = place_of(wanted.after)
    found = await _page(wanted, place, size)
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
    async with aclosing(_rows(wanted, place, Appointment)) as found:
        async for row in found:
            saw([(row.id, row.patient_id)])
            yield row


async def desk_counts(wanted: DeskFilter) -> dict[str, int] | None:
    """Return how many of the days and doctor have each status, and how many times are free.

    A time that has begun is not free any more. None: the days are too many to count.
    """
    if wanted.until - wanted.date > _COUNTED_DAYS:
        return None
    where = _days_and_doctor(wanted)
    rows, free = await asyncio.gather(read_rows(Appointment, where, _StatusOnly), _free(wanted))
    return _counted((row.status for row in rows), free)


async def line_named(reference: str) -> Appointment | None:
    """Return the appointment with a typed reference."""
    known = read_reference(reference)
    found = await Appointment.find_one({"reference": known}) if known else None
    if found is not None:
        saw([(found.id, found.patient_id)])
    return found


async def ids_named(references: Sequence[str]) -> dict[str, Id]:
    """Return the ids of those appointments whose references, as they are stored, there are."""
    known = [one for one in references if read_reference(one) == one]
    if not known:
        return {}
    found = Appointment.find({"reference": {"$in": known}}).project(DeskLine)
    return {one.reference: one.id for one in await found.to_list()}


async def _page(wanted: DeskFilter, place: Place | None, size: int) -> DeskPage:
    named = await _by_reference(wanted.q)
    if named is not None:
        return DeskPage(rows=[named], next_after=None, counts=await desk_counts(wanted))
    if wanted.is_one_day:
        return await _day_page(wanted, place, size)
    return await _page_of_days(wanted, place, size)


async def _by_reference(typed: str) -> DeskLine | None:
    reference = read_reference(typed)
    if not reference:
        return None
    return await Appointment.find({"reference": reference}).project(DeskLine).first_or_none()


async def _day_page(wanted: DeskFilter, place: Place | None, size: int) -> DeskPage:
    """Return a page of one day, which is read as a whole: list and counts are one question."""
    where = _days_and_doctor(wanted)
    day, free = await asyncio.gather(
        read_rows(Appointment, where, DeskLine, order=("starts_at", "_id")),
        _free(wanted),
    )
    now = _queue_from(wanted, place)
    words = typed_words(wanted.q)
    rows = sorted(
        (row for row in day if _is_meant(row, wanted.status, words)),
        key=lambda row: _place(row, now),
    )
    left = [row for row in rows if place is None or _place(row, now) > place]
    return DeskPage(
        rows=left[:size],
        next_after=mark_of(_place(left[size - 1], now)) if len(left) > size else None,
        counts=_counted((row.status for row in day), free),
        now=now,
    )


async def _page_of_days(wanted: DeskFilter, place: Place | None, size: int) -> DeskPage:
    rows, counts = await asyncio.gather(
        _first(_rows(wanted, place, DeskLine), size + 1), desk_counts(wanted)
    )
    more = mark_of(_place(rows[size - 1], None)) if len(rows) > size else None
    return DeskPage(rows=rows[:size], next_after=more, counts=counts)


async def _first(found: AsyncGenerator[T, None], size: int) -> list[T]:
    rows: list[T] = []
    async with aclosing(found):
        async for row in found:
            rows.append(row)
            if len(rows) == size:
                break
    return rows


async def _rows(wanted: DeskFilter, place: Place | None, kind: type[T]) -> AsyncGenerator[T, None]:
    where = _days_and_doctor(wanted)
    if wanted.status:
        where = {**where, "status": wanted.status.value}
    start, end = where["starts_at"]["$gte"], where["starts_at"]["$lt"]
    words = typed_words(wanted.q)
    for first, last in _windows(max(place.starts_at, start) if place else start, end):
        # The search and the place are applied here: an index serves equal fields and one range,
        # and the embedded database reads the whole collection for anything beside them.
        within = {**where, "starts_at": {"$gte": first, "$lt": last}}
        found = Appointment.find(within, batch_size=200).sort("+starts_at", "+_id")
        async for row in found if kind is Appointment else found.project(kind):
            if each_begins_one(words, row.words) and (place is None or _place(row, None) > place):
                yield row


def _windows(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield a span piece by piece, each longer than the one before.

    Whoever wants one page need not read, and have the embedded database sort, all that follows.
    """
    length = _FIRST_WINDOW
    while start < end:
        last = min(start + length, end)
        yield start, last
        start, length = last, length * 16


async def _free(wanted: DeskFilter) -> int:
    where = _days_and_doctor(wanted)
    within = where.pop("starts_at")
    ahead = {"$gte": max(within["$gte"], clock.now()), "$lt": within["$lt"]}
    return int(
        await Slot.find({**where, "status": SlotStatus.OPEN.value, "starts_at": ahead}).count()
    )


def _days_and_doctor(wanted: DeskFilter) -> dict[str, Any]:
    start, end = span_bounds(wanted.date, wanted.until, clinic.current().zone)
    doctor = {"doctor_id": wanted.doctor_id} if wanted.doctor_id else {}
    return {**doctor, "starts_at": {"$gte": start, "$lt": end}}


def _is_meant(row: DeskLine, status: AppointmentStatus | None, words: Sequence[str]) -> bool:
    return (status is None or row.status is status) and each_begins_one(list(words), row.words)


def _queue_from(wanted: DeskFilter, place: Place | None) -> datetime | None:
    """Return the moment from which today is a queue; further pages keep that of the first."""
    if place is not None:
        return place.now
    now = clock.now()
    is_queue = wanted.date == today(now, clinic.current().zone) and not (wanted.status or wanted.q)
    return now.replace(microsecond=0) if is_queue else None


def _place(row: Any, now: datetime | None) -> Place:
    over = now is not None and row.ends_at <= now
    return Place(over=over, starts_at=row.starts_at, id=row.id, now=now)


def _counted(statuses: Iterable[str], free: int) -> dict[str, int]:
    counts = Counter(statuses)
    return {status.value: counts[status] for status in AppointmentStatus} | {"free": free}
