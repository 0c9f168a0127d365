"""One day in a doctor's calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from babel.numbers import format_decimal
from flask_babel import gettext

from domain import clinic
from domain.ids import Id
from domain.queries.calendar import CalendarEntry
from domain.walltime import GRID, day_bounds
from webapp.presenters.calendar_entry import ShownEntry, entry_facts, shown_entry
from webapp.presenters.calendar_hours import Stretch, clock_at, clock_of
from webapp.presenters.day_rows import Place, Rows
from webapp.presenters.formats import format_date, format_skeleton
from webapp.presenters.reader import reader

_USUAL_MINUTES = 30
QUARTER = timedelta(minutes=15) // GRID


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
    """A column, laid out when it is written: most of a week's are as they were.

    `offered`: the day's slots, ascending; `moment`: the present, on the practice's clock.
    """

    date: date
    rows: Rows
    offered: Sequence[CalendarEntry]
    moment: datetime

    @cached_property
    def facts(self) -> tuple[object, ...]:
        """All that it says about its slots, and of what time does."""
        slots = [entry_facts(entry, self.moment) for entry in self.offered]
        return (self.date, self._passed, tuple(slots))

    @property
    def key(self) -> tuple[object, ...] | None:
        """All that its column in a week says, to write it once; none where a line moves in it."""
        if self.is_today:
            return None
        return (self.facts, self.rows.key, clinic.current().zone, reader().locale)

    @property
    def name(self) -> str:
        """The weekday: "Tue"."""
        return format_date(self.date, "EEE", locale=reader().locale)

    @property
    def number(self) -> str:
        """The day in its month: "1 Dec"."""
        return format_skeleton("MMMd", self.date, locale=reader().locale)

    @property
    def is_today(self) -> bool:
        """Whether the practice's clock shows this date."""
        return self.date == self.moment.date()

    @property
    def note(self) -> str:
        """What is special about the day's clock."""
        return _clock_change(self.date)

    @property
    def now(self) -> NowLine | None:
        """Where the present moment is, if it is in this column."""
        row = self.rows.row_of(self.moment) if self.is_today else None
        if row is None:
            return None
        seconds = self.moment.minute % 5 * 60 + self.moment.second
        return NowLine(place=Place(row, 1), seconds=seconds)

    @property
    def lines(self) -> list[tuple[str, ShownEntry | Stretch | Opening]]:
        """All that stands in the column, from top to bottom, each with what it is."""
        rows, day, zone = self.rows, self.date, clinic.current().zone
        entries = [shown_entry(entry, rows, self.moment) for entry in self.offered]
        free = _unoffered(rows, _rows_ahead(day, rows, self.moment), entries)
        named: list[tuple[str, ShownEntry | Stretch | Opening]] = [
            *(("entry", one) for one in entries),
            *(("gap", _gap(rows, *stretch)) for stretch in rows.missing(day, zone)),
            *(("opening", _opening(day, rows, *stretch)) for stretch in free),
        ]
        return sorted(named, key=lambda line: line[1].place.row)

    def holds(self, slot_id: Id | None) -> bool:
        """Tell whether a slot stands in it."""
        return any(entry.slot.id == slot_id for entry in self.offered)

    @property
    def _passed(self) -> str:
        """Return how much of it has passed.

        An open page moves its now-line itself, but not after it has slept: quarter hours do.
        """
        if not self.is_today:
            return "past" if self.date < self.moment.date() else ""
        row = self.rows.row_of(self.moment)
        if row is None:
            return "early" if self.rows.begin_after(self.moment) else "late"
        return f"row {row // QUARTER * QUARTER}"


def longer_by(day: date) -> timedelta:
    """Return by how much a local day is longer than 24 hours."""
    start, end = day_bounds(day, clinic.current().zone)
    return end - start - timedelta(days=1)


def _unoffered(rows: Rows, ahead: set[int], entries: Sequence[ShownEntry]) -> list[tuple[int, int]]:
    """Return first row and number of rows of each stretch ahead that no slot covers.

    It ends where the clock goes back: a place that is pointed at is counted from its start.
    """
    free = ahead.difference(*(one.place.rows for one in entries))
    heads = sorted(row for row in free if row - 1 not in free or row in rows.breaks)
    tails = sorted(row for row in free if row + 1 not in free or row + 1 in rows.breaks)
    return [(head, tail - head + 1) for head, tail in zip(heads, tails, strict=True)]


def _rows_ahead(day: date, rows: Rows, moment: datetime) -> set[int]:
    if day < moment.date():
        return set()
    found = rows.existing(day, clinic.current().zone)
    if day > moment.date():
        return found
    begun = rows.row_of(moment)
    if begun is None:
        return found if rows.begin_after(moment) else set()
    return {row for row in found if row >= (begun // QUARTER + 1) * QUARTER}


def _opening(day: date, rows: Rows, row: int, cells: int) -> Opening:
    cell = rows.cells[row]
    return Opening(
        place=Place(row, cells),
        date=day,
        start=f"{cell.minute // 60:02}:{cell.minute % 60:02}",
        fold=cell.fold,
        minutes=min(cells * 5, _USUAL_MINUTES),
        begins=clock_of(day, cell),
    )


def _gap(rows: Rows, row: int, cells: int) -> Stretch:
    first, last = rows.cells[row], rows.cells[row + cells - 1]
    words = gettext(
        "%(start)s to %(end)s does not exist",
        start=clock_at(first.minute),
        end=clock_at(last.minute + 5),
    )
    # The second of two equal hours is missing on all other days of the week, which says nothing.
    return Stretch(place=Place(row, cells), words="" if first.fold else words)


def _clock_change(day: date) -> str:
    longer = longer_by(day)
    if not longer:
        return ""
    hours = format_decimal(24 + longer / timedelta(hours=1), locale=reader().locale)
    if longer > timedelta(0):
        return gettext("%(hours)s hours: the clock goes back", hours=hours)
    return gettext("%(hours)s hours: the clock goes forward", hours=hours)
