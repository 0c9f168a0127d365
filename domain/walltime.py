"""Wall time: what a clock in the practice shows, and the UTC moments that it stands for.

Zone rules come from the pinned `tzdata` package alone, so that two machines never disagree
because one of them has older system files.
"""

import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from domain.errors import Invalid

zoneinfo.reset_tzpath(to=())
ZoneInfo.clear_cache()  # of what was read from system files before

GRID = timedelta(minutes=5)
_GRID_SECONDS = int(GRID.total_seconds())
_EARLIEST, _LATEST = date(1990, 1, 1), date(2200, 12, 31)
# Beyond these years an offset or a week more would leave what a date can be.
_COMPUTABLE = date(2, 1, 1), date(9998, 12, 31)


@dataclass(frozen=True, kw_only=True)
class WallTime:
    """A wall time that was meant: `local` is naive, `fold` 1 for the second of two equal ones."""

    local: datetime
    zone: str
    fold: int = 0


@cache
def zone_names() -> frozenset[str]:
    """Return the names of all zones in which somebody may live; "Factory" stands for none."""
    return frozenset(zoneinfo.available_timezones()) - {"Factory"}


@cache
def zones_of_places() -> tuple[str, ...]:
    """Return the zones that a place of today is listed under, without older names, in order.

    Source: `zone.tab` of the IANA time zone database.
    """
    table = (resources.files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return tuple(sorted({row[2] for row in rows} & zone_names()))


def zone_named(name: str) -> ZoneInfo:
    """Return an IANA zone by name, or raise ValueError with a sentence."""
    if name not in zone_names():
        raise ValueError(f"{name!r} is not a time zone of the IANA database")
    return ZoneInfo(name)


def moments(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return the UTC moments at which a clock in the zone shows a naive local time.

    None where the clock jumps over it, two (ascending) where it is turned back, else one.
    """
    found: list[datetime] = []
    for fold in (0, 1):
        moment = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        shown = moment.astimezone(zone).replace(tzinfo=None, fold=0)
        if shown == local.replace(fold=0) and moment not in found:
            found.append(moment)
    return sorted(found)


def wall_of(moment: datetime, zone: ZoneInfo) -> WallTime:
    """Return what a clock in the zone shows at a UTC moment."""
    local = moment.astimezone(zone)
    return WallTime(local=local.replace(tzinfo=None, fold=0), zone=zone.key, fold=local.fold)


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the UTC start and end of a local day, which may last 23 to 25 hours.

    Raises:
        Invalid: the day lies at the very edge of what a date can be.
    """
    return span_bounds(day, day, zone)


def span_bounds(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the UTC start of the first and end of the last local day.

    Raises:
        Invalid: a day lies at the very edge of what a date can be.
    """
    if not all(_COMPUTABLE[0] <= day <= _COMPUTABLE[1] for day in (first, last)):
        raise Invalid("The calendar does not reach that far.")
    return _day_start(first, zone), _day_start(last + timedelta(days=1), zone)


def today(moment: datetime, zone: ZoneInfo) -> date:
    """Return the local date at a UTC moment."""
    return moment.astimezone(zone).date()


def monday_of(day: date) -> date:
    """Return the Monday of the ISO week of a date."""
    return day - timedelta(days=day.weekday())


def within_calendar(day: date) -> bool:
    """Tell whether a date lies in the years that the calendar can show."""
    return _EARLIEST <= day <= _LATEST


def cells_of(starts_at: datetime, ends_at: datetime) -> list[int]:
    """Return the five-minute cells (UTC epoch / 300) of the half-open interval [start, end)."""
    first = int(starts_at.timestamp()) // _GRID_SECONDS
    last = -(-int(ends_at.timestamp()) // _GRID_SECONDS)
    return list(range(first, last))


def on_mark(at: time) -> bool:
    """Tell whether a wall time lies on a five-minute mark."""
    return not (at.minute % 5 or at.second or at.microsecond)


def clock_times(start: time, end: time, step: timedelta, length: timedelta) -> Iterator[time]:
    """Yield the wall times from `start`, `step` apart, whose `length` still ends by `end`."""
    day = date(2000, 1, 1)
    at = datetime.combine(day, start)
    until = datetime.combine(day, end)
    if until <= at:
        until += timedelta(days=1) if end == time(0) else timedelta(0)
    while at + length <= until:
        yield at.time()
        at += step


def _day_start(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of a local day.

    Where a zone turns its clock forward at midnight there is no 00:00: `zoneinfo` then reads it
    with the offset before the change, which is the very moment of the change.
    """
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)
