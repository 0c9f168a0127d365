"""One day in a doctor's calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from babel.numbers import format_decimal
from flask_babel import gettext

from domain import clinic, clock
from domain.queries.calendar import CalendarEntry
from domain.walltime import GRID, day_bounds, today
from webapp.presenters import times
from webapp.presenters.calendar_entry import ShownEntry, shown_entry
from webapp.presenters.day_rows import Place, Rows, WallCell
from webapp.presenters.formats import format_date, format_skeleton
from webapp.presenters.reader import reader

_SOME_DAY = date(2000, 1, 1)
_USUAL_MINUTES = 30
QUARTER = timedelta(minutes=15) // GRID


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A part of a column: an hour, or a time that the day's clock never shows."""

    place: Place
    words: str


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A stretch ahead in which nothing is offered: where one may offer time.

    `start`: "09:00", `fold` 1 for the second of two equal times; `minutes`: what fits into it, up
    to what a slot usually lasts.
    """

    place: Place
    date: date
    start: str
    fold: int
    minutes: int
    begins: str


@dataclass(frozen=True, kw_only=True)
class NowLine:
    """Where the present moment is: in which row, and how many seconds below its start."""

    place: Place
    seconds: int


@dataclass(frozen=True, kw_only=True)
class ShownDay:
    """A column. `note`: what is special about the day's clock."""

    date: date
    name: str
    number: str
    is_today: bool
    note: str
    now: NowLine | None
    entries: list[ShownEntry]
    gaps: list[Stretch]
    openings: list[Opening]

    @property
    def lines(self) -> list[tuple[str, ShownEntry | Stretch | Opening]]:
        """All that stands in the column, from top to bottom, each with what it is."""
        named: list[tuple[str, ShownEntry | Stretch | Opening]] = [
            *(("entry", one) for one in self.entries),
            *(("gap", one) for one in self.gaps),
            *(("opening", one) for one in self.openings),
        ]
        return sorted(named, key=lambda line: line[1].place.row)


def shown_day(day: date, rows: Rows, entries: Sequence[CalendarEntry]) -> ShownDay:
    """Lay out the entries of one day."""
    locale, shown = reader().locale, [shown_entry(entry, rows) for entry in entries]
    return ShownDay(
        date=day,
        name=format_date(day, "EEE", locale=locale),
        number=format_skeleton("MMMd", day, locale=locale),
        is_today=day == today(clock.now(), clinic.current().zone),
        note=_clock_change(day),
        now=_now_line(day, rows),
        entries=shown,
        gaps=[_gap(rows, *stretch) for stretch in rows.missing(day, clinic.current().zone)],
        openings=[_opening(day, rows, *stretch) for stretch in _unoffered(day, rows, shown)],
    )


def shown_hour(rows: Rows, row: int, cells: int) -> Stretch:
    """Return an hour's label; one of two equal hours says which it is."""
    cell = rows.cells[row]
    day = rows.doubled.get(cell.minute)
    if day is None:
        return Stretch(place=Place(row, cells), words=_clock_at(cell.minute))
    return Stretch(place=Place(row, cells), words=_clock_of(day, cell))


def hours_of_a_clock() -> list[str]:
    """Return how the 24 full hours are written: a script puts the minutes of others into them."""
    return [_clock_at(60 * hour) for hour in range(24)]


def longer_by(day: date) -> timedelta:
    """Return by how much a local day is longer than 24 hours."""
    start, end = day_bounds(day, clinic.current().zone)
    return end - start - timedelta(days=1)


def _now_line(day: date, rows: Rows) -> NowLine | None:
    now = clock.now().astimezone(clinic.current().zone)
    row = rows.row_of(now) if now.date() == day else None
    if row is None:
        return None
    return NowLine(place=Place(row, 1), seconds=now.minute % 5 * 60 + now.second)


def _unoffered(day: date, rows: Rows, entries: Sequence[ShownEntry]) -> list[tuple[int, int]]:
    """Return first row and number of rows of each stretch ahead that no slot covers.

    It ends where the clock goes back: a place that is pointed at is counted from its start.
    """
    free = _rows_ahead(day, rows)
    for entry in entries:
        free.difference_update(range(entry.place.row, entry.place.row + entry.place.cells))
    heads = sorted(row for row in free if row - 1 not in free or not rows.goes_on(row))
    tails = sorted(row for row in free if row + 1 not in free or not rows.goes_on(row + 1))
    return [(head, tail - head + 1) for head, tail in zip(heads, tails, strict=True)]


def _rows_ahead(day: date, rows: Rows) -> set[int]:
    zone = clinic.current().zone
    now = clock.now().astimezone(zone)
    if day < now.date():
        return set()
    found = rows.existing(day, zone)
    if day > now.date():
        return found
    begun = rows.row_of(now)
    if begun is None:
        return found if (now.hour * 60) < rows.cells[0].minute else set()
    return {row for row in found if row >= (begun // QUARTER + 1) * QUARTER}


def _opening(day: date, rows: Rows, row: int, cells: int) -> Opening:
    cell = rows.cells[row]
    return Opening(
        place=Place(row, cells),
        date=day,
        start=f"{cell.minute // 60:02}:{cell.minute % 60:02}",
        fold=cell.fold,
        minutes=min(cells * 5, _USUAL_MINUTES),
        begins=_clock_of(day, cell),
    )


def _gap(rows: Rows, row: int, cells: int) -> Stretch:
    first, last = rows.cells[row], rows.cells[row + cells - 1]
    words = gettext(
        "%(start)s to %(end)s does not exist",
        start=_clock_at(first.minute),
        end=_clock_at(last.minute + 5),
    )
    # The second of two equal hours is missing on all other days of the week, which says nothing.
    return Stretch(place=Place(row, cells), words="" if first.fold else words)


def _clock_of(day: date, cell: WallCell) -> str:
    at = time(*divmod(cell.minute, 60), fold=cell.fold)
    return times.clock_words(datetime.combine(day, at, tzinfo=clinic.current().zone))


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
