"""One day in a doctor's calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from babel.numbers import format_decimal
from flask_babel import gettext

from domain import clinic, clock
from domain.queries.calendar import CalendarEntry
from domain.walltime import day_bounds, today
from webapp.presenters import times
from webapp.presenters.calendar_entry import ShownEntry, shown_entry
from webapp.presenters.day_rows import Rows, place
from webapp.presenters.formats import format_date
from webapp.presenters.reader import reader

_SOME_DAY = date(2000, 1, 1)


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


def shown_day(day: date, rows: Rows, entries: Sequence[CalendarEntry]) -> ShownDay:
    """Lay out the entries of one day."""
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
        entries=[shown_entry(entry, rows) for entry in entries],
        gaps=[_gap(rows, *stretch) for stretch in rows.missing(day, zone)],
    )


def shown_hour(rows: Rows, row: int, cells: int) -> Stretch:
    """Return an hour's label; one of two equal hours says which it is."""
    cell = rows.cells[row]
    day = rows.doubled.get(cell.minute)
    if day is None:
        return Stretch(place=place(row, cells), words=_clock_at(cell.minute))
    at = time(*divmod(cell.minute, 60), fold=cell.fold)
    local = datetime.combine(day, at, tzinfo=clinic.current().zone)
    return Stretch(place=place(row, cells), words=times.clock_words(local))


def longer_by(day: date) -> timedelta:
    """Return by how much a local day is longer than 24 hours."""
    start, end = day_bounds(day, clinic.current().zone)
    return end - start - timedelta(days=1)


def _gap(rows: Rows, row: int, cells: int) -> Stretch:
    first, last = rows.cells[row], rows.cells[row + cells - 1]
    words = gettext(
        "%(start)s to %(end)s does not exist",
        start=_clock_at(first.minute),
        end=_clock_at(last.minute + 5),
    )
    # The second of two equal hours is missing on all other days of the week, which says nothing.
    return Stretch(place=place(row, cells), words="" if first.fold else words)


def _clock_at(minute: int) -> str:
    midnight = datetime.combine(_SOME_DAY, time(0))
    return times.clock_words(midnight + timedelta(minutes=minute))


def _clock_change(day: date) -> str:
    longer = longer_by(day)
    if not longer:
        return ""
    hours = format_decimal(24 + longer / timedelta(hours=1), locale=reader().locale)
    if longer > timedelta(0):
        return gettext("%(hours)s hours: the clock goes back", hours=hours)
    return gettext("%(hours)s hours: the clock goes forward", hours=hours)
