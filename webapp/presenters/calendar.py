"""A doctor's calendar, laid out: hours down, days across, in the practice's zone."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_interval

from domain import clinic, clock
from domain.queries.calendar import CalendarEntry
from webapp.presenters import times
from webapp.presenters.calendar_day import ShownDay
from webapp.presenters.calendar_entry import ends, minutes, starts, status_of
from webapp.presenters.calendar_hours import ShownHours
from webapp.presenters.day_rows import rows_of
from webapp.presenters.reader import reader

_FIRST_HOUR, _LAST_HOUR = 7, 20
# A shorter slot needs taller rows, so that a finger still hits it and its words fit in.
_SCALES = (30, 15, 10, 5)


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Some days side by side. `scale`: their shortest slot in minutes, of 30, 15, 10 and 5.

    `counts`: how many slots have each status, of their appointments or `open`.
    `version`: another one for whatever else it shows, so that a refresh can tell whether anything
    is new.
    """

    first: date
    days: list[ShownDay]
    hours: ShownHours
    scale: int
    counts: Mapping[str, int]
    version: str


@dataclass(frozen=True, kw_only=True)
class ShownWeek:
    """A week; `number` is the ISO week's, None where weeks do not start on Monday."""

    first: date
    title: str
    number: int | None
    zone: str
    grid: Grid

    @property
    def previous(self) -> date:
        """The first day of the week before."""
        return self.first - timedelta(days=7)

    @property
    def next(self) -> date:
        """The first day of the week after."""
        return self.first + timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class SingleDay:
    """One day by itself."""

    first: date
    title: str
    zone: str
    grid: Grid

    @property
    def previous(self) -> date:
        """The day before."""
        return self.first - timedelta(days=1)

    @property
    def next(self) -> date:
        """The day after."""
        return self.first + timedelta(days=1)


def shown_week(first: date, entries: Sequence[CalendarEntry]) -> ShownWeek:
    """Lay out the entries of the seven days from `first` on."""
    locale, last = reader().locale, first + timedelta(days=6)
    return ShownWeek(
        first=first,
        title=format_interval(first, last, "yMMMd", locale=locale),
        number=first.isocalendar().week if locale.first_week_day == 0 else None,
        zone=times.zone_words(clinic.current().zone),
        grid=_grid([first + timedelta(days=number) for number in range(7)], entries),
    )


def single_day(day: date, entries: Sequence[CalendarEntry]) -> SingleDay:
    """Lay out the entries of one day."""
    return SingleDay(
        first=day,
        title=times.dated_words(day),
        zone=times.zone_words(clinic.current().zone),
        grid=_grid([day], entries),
    )


def _grid(days: list[date], entries: Sequence[CalendarEntry]) -> Grid:
    moment = clock.now().astimezone(clinic.current().zone)
    rows = rows_of(days, clinic.current().zone, *_hours_needed(entries))
    shortest = min((minutes(entry) for entry in entries), default=_SCALES[0])
    of_day = _by_day(entries)
    shown = [ShownDay(date=day, rows=rows, offered=of_day[day], moment=moment) for day in days]
    return Grid(
        first=days[0],
        days=shown,
        hours=ShownHours(rows),
        scale=next(scale for scale in _SCALES if shortest >= scale),
        counts=Counter(status_of(entry) for entry in entries),
        version=_version(shown),
    )


def _version(days: Sequence[ShownDay]) -> str:
    """Return a short fingerprint of all that a grid says about its slots, and of what time does."""
    return hashlib.sha256(repr([day.facts for day in days]).encode()).hexdigest()[:12]


def _by_day(entries: Sequence[CalendarEntry]) -> defaultdict[date, list[CalendarEntry]]:
    found: defaultdict[date, list[CalendarEntry]] = defaultdict(list)
    for entry in entries:
        found[starts(entry).date()].append(entry)
    return found


def _hours_needed(entries: Sequence[CalendarEntry]) -> tuple[int, int]:
    """Return the hours that are shown: office hours, widened to what is offered."""
    first, last = _FIRST_HOUR, _LAST_HOUR
    for entry in entries:
        start, end = starts(entry), ends(entry)
        if end.date() > start.date():
            first, last = min(first, start.hour), 24
        else:
            # Where the clock is turned back, an end may read earlier than its start.
            first = min(first, start.hour, end.hour)
            last = max(last, start.hour + 1, end.hour + (end.minute > 0))
    return first, last
