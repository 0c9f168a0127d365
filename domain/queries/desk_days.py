"""The reception list over many days: read piece by piece, and no more than a page needs."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel

from domain.documents import Appointment
from domain.ids import Id
from domain.queries.desk_lines import (
    DeskFilter,
    DeskLine,
    days_and_doctor,
    is_meant,
    place_in_list,
)
from domain.queries.desk_marks import Place
from domain.queries.patients import few_patients_named
from domain.reading import read_portion, read_rows
from domain.text import each_begins_one, typed_words

MOST_READ = 2000
_FIRST_PIECE = timedelta(hours=12)
_ROWS_OF_A_PIECE, _MOST_OF_A_PIECE = 60, 500
_FASTER = 4
_FEW_PATIENTS = 20

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, kw_only=True)
class Portion:
    """Lines of the list; `reached`: where the next portion begins, if anything may follow.

    `is_cut`: enough was read before enough was found.
    """

    rows: list[DeskLine]
    reached: Place | None
    is_cut: bool = False


async def portion_of_days(
    wanted: DeskFilter, place: Place | None, size: int, *, most_read: int = MOST_READ
) -> Portion:
    """Return the next lines of a list by start.

    A search for few people asks for their appointments. One that many people match reads on from
    `place` until a page is full, or until so many lines were read: another page goes on there.
    """
    words = typed_words(wanted.q)
    patients = await few_patients_named(words, _FEW_PATIENTS) if words else None
    if patients is not None:
        return _portion(await _lines_of(patients, wanted, place, words), size)
    found: list[DeskLine] = []
    read = 0
    async with aclosing(rows_of_days(wanted, place, DeskLine)) as rows:
        async for row in rows:
            read += 1
            if each_begins_one(words, row.words):
                found.append(row)
            if len(found) > size:
                break
            if words and read == most_read:
                return Portion(rows=found, reached=place_in_list(row), is_cut=True)
    return _portion(found, size)


async def rows_of_days(
    wanted: DeskFilter, place: Place | None, shape: type[T]
) -> AsyncGenerator[T, None]:
    """Yield all rows of the days, doctor and status by start and id, whatever is searched for.

    The days are read piece by piece: whoever wants one page need not read, and have the embedded
    database sort, all that follows. The place is applied here: an index serves equal fields and
    one range.
    """
    where = days_and_doctor(wanted)
    if wanted.status:
        where = {**where, "status": wanted.status.value}
    start, end = where["starts_at"]["$gte"], where["starts_at"]["$lt"]
    start, length = max(place.starts_at, start) if place else start, _FIRST_PIECE
    while start < end:
        until = start + length if length < end - start else end
        rows, start = await _piece(where, start, until, shape)
        for row in rows:
            if place is None or place_in_list(row) > place:
                yield row
        length *= min(_ROWS_OF_A_PIECE / max(len(rows), 1), _FASTER)


async def _piece(
    where: Mapping[str, Any], start: datetime, until: datetime, shape: type[T]
) -> tuple[list[T], datetime]:
    """Return rows from `start` on in order, and the moment before which they are all.

    Those of one moment are put in order here: their index knows no further order, and to sort all
    is to read all.
    """
    most = _MOST_OF_A_PIECE
    while True:
        within = {**where, "starts_at": {"$gte": start, "$lt": until}}
        rows, is_full = await read_portion(
            Appointment, within, shape, order=("starts_at",), limit=most
        )
        if is_full:
            last = place_in_list(rows[-1]).starts_at if rows else start
            rows = [row for row in rows if place_in_list(row).starts_at < last]
            if not rows:
                most *= 2
                continue
            until = last
        return sorted(rows, key=place_in_list), until


async def _lines_of(
    patients: Sequence[Id], wanted: DeskFilter, place: Place | None, words: Sequence[str]
) -> list[DeskLine]:
    """Return all lines of some patients that are meant, in order of start."""
    within = days_and_doctor(wanted)["starts_at"]
    start = max(within["$gte"], place.starts_at) if place else within["$gte"]
    where: dict[str, Any] = {"starts_at": {**within, "$gte": start}}
    of_each = await asyncio.gather(
        *(read_rows(Appointment, {"patient_id": one, **where}, DeskLine) for one in patients)
    )
    found = [
        row
        for rows in of_each
        for row in rows
        if is_meant(row, wanted.status, words)
        and wanted.doctor_id in (None, row.doctor_id)
        and (place is None or place_in_list(row) > place)
    ]
    return sorted(found, key=place_in_list)


def _portion(found: list[DeskLine], size: int) -> Portion:
    reached = place_in_list(found[size - 1]) if len(found) > size else None
    return Portion(rows=found[:size], reached=reached)
