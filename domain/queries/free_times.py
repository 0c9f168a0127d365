"""Free times: what may be booked, and what is nearest when one has gone."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from domain import clinic
from domain.database import on_reader
from domain.documents import Slot, SlotStatus, User
from domain.errors import NotFound
from domain.ids import Id
from domain.queries.changes import last_change
from domain.queries.free_slots import FreeSlot, FreeTimes
from domain.queries.remembering import Remembered
from domain.queries.sharing import Shared
from domain.reading import one_found, read_rows
from domain.rules import bookable_span
from domain.walltime import day_bounds

_DAY = timedelta(days=1)
# For each doctor on their own: the embedded database answers one question over several ($in) by
# reading the whole collection, and whatever a span holds is read before a limit applies.
SPANS = (timedelta(days=3), timedelta(days=21), timedelta(days=3660))


async def week_of_free_times(
    doctor_id: Id,
    first_day: date,
    *,
    days: int = 7,
    viewer: User | None = None,
    kept: bool = False,
) -> FreeTimes:
    """Return what the viewer may book with a doctor on some local days, ascending.

    `kept`: it may be as it was a second ago, where another machine has changed it since. That is
    for the page which thousands look at; whoever has just changed something reads anew.
    """
    zone = clinic.current().zone
    start, _ = day_bounds(first_day, zone)
    _, end = day_bounds(first_day + timedelta(days=days - 1), zone)
    earliest, latest = bookable_span(viewer)
    if end <= earliest or start >= latest:
        return FreeTimes()
    read = _known_between if kept else _known_between.latest
    # Which of them begin too soon by now is not kept.
    return (await read(doctor_id, start, end)).between(earliest, latest)


async def nearest_free(
    doctor_id: Id, moment: datetime, *, limit: int = 5, viewer: User | None = None
) -> list[FreeSlot]:
    """Return a doctor's free times closest to one that has gone, ascending."""
    earliest, latest = bookable_span(viewer)
    moment = clamped(moment, earliest, latest)
    # Whole days, so that a crowd whose times are gone asks one question and not a thousand.
    first, end = _day(moment - SPANS[0]), _day(moment + SPANS[0]) + _DAY
    found = await _all_open_between(doctor_id, first, end)
    for span in SPANS[1:]:
        if _number_from(found, moment, latest) >= limit or end >= latest:
            break
        start, end = end, min(end + span, _day(latest) + _DAY)
        found = found + await _all_open_between(doctor_id, start, end)
    return _closest([one for one in found if earliest <= one.starts_at < latest], moment, limit)


def _number_from(found: Sequence[FreeSlot], moment: datetime, latest: datetime) -> int:
    return sum(moment <= one.starts_at < latest for one in found)


def _closest(found: Sequence[FreeSlot], moment: datetime, limit: int) -> list[FreeSlot]:
    near = [one for one in found if one.starts_at >= moment - SPANS[0]]
    closest = sorted(near, key=lambda slot: abs(slot.starts_at - moment))[:limit]
    return sorted(closest, key=lambda slot: slot.starts_at)


def _day(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


async def slot_shown(slot_id: Id) -> Slot:
    """Return a slot in whatever status.

    Raises:
        NotFound: there is no such slot.
    """
    return await on_reader(slot_found, slot_id)


def slot_found(slot_id: Id) -> Slot:
    """Return the same, on a thread."""
    slot = one_found(Slot, {"_id": slot_id})
    if slot is None:
        raise NotFound("There is no such time.")
    return slot


def clamped(moment: datetime, earliest: datetime, latest: datetime) -> datetime:
    """Return a moment, or whichever end of a span is nearer."""
    return min(max(moment, earliest), latest)


async def open_between(
    doctor_id: Id, start: datetime, end: datetime, limit: int = 0
) -> list[FreeSlot]:
    """Return a doctor's free times in a half-open span, ascending, `limit` of them if there is one.

    Who may book them is not asked here.
    """
    if end <= start:
        return []
    where = {
        "doctor_id": doctor_id,
        "status": SlotStatus.OPEN.value,
        "starts_at": {"$gte": start, "$lt": end},
    }
    return await read_rows(Slot, where, FreeSlot, order=("starts_at",), limit=limit)


async def _free_between(doctor_id: Id, start: datetime, end: datetime) -> FreeTimes:
    return FreeTimes(await open_between(doctor_id, start, end))


# Whole days, so that the same question is asked by all who look at a week.
_all_open_between = Shared(open_between)
# The page that a crowd looks at asks here; all others read anew.
_known_between = Remembered(_free_between, seconds=1, version=last_change, most=256)
