"""A doctor's next free times from a moment on."""

from datetime import datetime, timedelta

from domain.documents import User
from domain.ids import Id
from domain.queries.changes import last_change
from domain.queries.free_slots import FreeSlot, FreeTimes
from domain.queries.free_times import SPANS, clamped, open_between
from domain.queries.remembering import Remembered
from domain.rules import bookable_span

_MINUTE = timedelta(minutes=1)


async def next_free(
    doctor_id: Id,
    moment: datetime,
    *,
    limit: int = 3,
    viewer: User | None = None,
    kept: bool = False,
) -> FreeTimes:
    """Return a doctor's first free times from a moment on, ascending.

    `kept`: they may be as they were a second ago, where another machine has changed them since.
    That is for the pages at which a crowd looks; whoever has just changed something reads anew.
    """
    earliest, latest = bookable_span(viewer)
    start, end = _minute(clamped(moment, earliest, latest)), _minute(latest)
    read = _known_next if kept else _known_next.latest
    return await read(doctor_id, start, end, limit)


async def first_free_after(
    doctor_id: Id, moment: datetime, *, viewer: User | None = None, kept: bool = False
) -> FreeSlot | None:
    """Return a doctor's first free time from a moment on; `kept` as for `next_free`."""
    found = await next_free(doctor_id, moment, limit=1, viewer=viewer, kept=kept)
    return next(iter(found), None)


def _minute(moment: datetime) -> datetime:
    """Return the first whole minute that is not before a moment.

    No time begins within a minute, so that this leaves out none and lets in none: all who ask
    within a minute ask the same, and those who ask in the next one get nothing that was kept.
    """
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole == moment else whole + _MINUTE


async def _next_between(doctor_id: Id, start: datetime, end: datetime, limit: int) -> FreeTimes:
    """Return the first times of a span.

    What is read widens until enough are found, so that a doctor with a full week costs more than
    one with free times, and never the whole future.
    """
    found: list[FreeSlot] = []
    for span in SPANS:
        until = min(start + span, end)
        found = await open_between(doctor_id, start, until, limit)
        if len(found) == limit or until == end:
            break
    return FreeTimes(found)


_known_next = Remembered(_next_between, seconds=1, version=last_change, most=1000)
