"""A doctor's week, laid out: hours down, days across, in the practice's zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from babel.dates import format_date, format_interval

from domain import clinic, clock
from domain.queries.calendar import CalendarEntry
from domain.walltime import day_bounds, today
from webapp.presenters import times
from webapp.presenters.calendar_entry import ShownEntry, ends, minutes, shown_entry, starts
from webapp.presenters.day_rows import Rows, place, rows_of
from webapp.presenters.reader import reader

_FIRST_HOUR, _LAST_HOUR = 7, 20
# A shorter slot needs taller rows, so that a finger still hits it and its words fit in.
_SCALES = (30, 15, 10, 5)


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A part of a column: an hour, or a time that the day's clock never shows."""

    place: str
    words: str


@dataclass(frozen=True, kw_only=True)
class ShownDay:
    """A column. `note`: what is special about the day's clock; `now`: where the now-line is."""

    date: date
    name: str
    number: str
    is_today: bool
    note: str
    now: str
    entries: list[ShownEntry]
    gaps: list[Stretch]


@dataclass(frozen=True, kw_only=True)
class ShownWeek:
    """A week. `scale`: its shortest slot in minutes, of 30, 15, 10 and 5."""

    first: date
    title: str
    number: int | None
    zone: str
    days: list[ShownDay]
    hours: list[Stretch]
    scale: int
    booked: int
    free: int
    doubled: bool

    @property
    def previous(self) -> date:
        """The first day of the week before."""
        return self.first - timedelta(days=7)

    @property
    def next(self) -> date:
        """The first day of the week after."""
        return self.first + timedelta(days=7)

    @property
    def is_this_week(self) -> bool:
        """Whether today is one of its days."""
        return any(day.is_today for day in self.days)


def week_start(day: date) -> date:
    """Return the first day of a date's week, as the reader's locale counts."""
    return day - timedelta(days=(day.weekday() - reader().locale.first_week_day) % 7)


def shown_week(first: date, entries: Sequence[CalendarEntry]) -> ShownWeek:
    """Lay out the entries of the seven days from `first` on."""
    zone, locale = clinic.current().zone, reader().locale
    days = [first + timedelta(days=number) for number in range(7)]
    rows = rows_of(days, zone, *_hours_needed(entries))
    booked = sum(1 for entry in entries if entry.appointment)
    shortest = min((minutes(entry) for entry in entries), default=_SCALES[0])
    return ShownWeek(
        first=first,
        title=format_interval(days[0], days[-1], "yMMMd", locale=locale),
        number=first.isocalendar().week if locale.first_week_day == 0 else None,
        zone=times.zone_words(zone),
        days=[_day(day, rows, entries) for day in days],
        hours=[_hour(rows, *stretch) for stretch in rows.hours()],
        scale=next(scale for scale in _SCALES if shortest >= scale),
        booked=booked,
        free=len(entries) - booked,
        doubled=any(_longer(day) > timedelta(0) for day in days),
    )


def _day(day: date, rows: Rows, entries: Sequence[CalendarEntry]) -> ShownDay:
    zone, locale, now = clinic.current().zone, reader().locale, clock.now()
    is_today = day == today(now, zone)
    now_row = rows.row_of(now.astimezone(zone)) if is_today else None
    return ShownDay(
        date=day,
        name=format_date(day, "EEE", locale=locale),
        number=format_date(day, "d MMM", locale=locale),
        is_today=is_today,
        note=_clock_change(day),
        now=place(now_row, 1) if now_row is not None else "",
        entries=[shown_entry(entry, rows) for entry in entries if starts(entry).date() == day],
        gaps=[_gap(rows, *stretch) for stretch in rows.missing(day, zone)],
    )


def _hours_needed(entries: Sequence[CalendarEntry]) -> tuple[int, int]:
    """Return the hours that the week shows: office hours, widened to what is offered."""
    first, last = _FIRST_HOUR, _LAST_HOUR
    for entry in entries:
        start, end = starts(entry), ends(entry)
        overnight = end.date() > start.date()
        # Where the clock is turned back, an end may read earlier than its start.
        first = min(first, start.hour, end.hour if not overnight else start.hour)
        last = 24 if overnight else max(last, start.hour + 1, end.hour + (end.minute > 0))
    return first, last


def _hour(rows: Rows, row: int, cells: int) -> Stretch:
    """Return an hour's label; one of two equal hours says which it is."""
    cell = rows.cells[row]
    at = datetime.combine(
        rows.doubled.get(cell.minute, date(2000, 1, 1)), time(*divmod(cell.minute, 60))
    )
    if cell.minute in rows.doubled:
        at = at.replace(tzinfo=clinic.current().zone, fold=cell.fold)
    return Stretch(place=place(row, cells), words=times.clock_words(at))


def _gap(rows: Rows, row: int, cells: int) -> Stretch:
    again = rows.cells[row].fold
    words = "" if again else "The clock goes forward: this time does not exist"
    return Stretch(place=place(row, cells), words=words)


def _clock_change(day: date) -> str:
    longer = _longer(day)
    if not longer:
        return ""
    hours = 24 + longer / timedelta(hours=1)
    return f"{hours:g} hours: the clock goes {'back' if longer > timedelta(0) else 'forward'}"


def _longer(day: date) -> timedelta:
    """Return by how much a local day is longer than 24 hours."""
    start, end = day_bounds(day, clinic.current().zone)
    return end - start - timedelta(days=1)
