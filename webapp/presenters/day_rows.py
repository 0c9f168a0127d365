"""The rows of a week's calendar: five-minute cells of wall time, doubled ones twice."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from domain.walltime import GRID, day_bounds

PER_HOUR = timedelta(hours=1) // GRID
_WHOLE_DAY = timedelta(days=1)


class WallCell(NamedTuple):
    """Five minutes as a clock shows them: the minute of the day, `fold` 1 for the second time."""

    minute: int
    fold: int


class Place(NamedTuple):
    """Where something stands in a column: its first row, and how many rows it covers."""

    row: int
    cells: int

    @property
    def rows(self) -> range:
        """All rows that it covers."""
        return range(self.row, self.row + self.cells)

    @property
    def classes(self) -> str:
        """The CSS classes that put it there, as few letters as there can be.

        The grid adds hours and fives itself, so that some dozens of classes name every place;
        styles in the markup are not allowed by the content security policy. A zero needs none.
        """
        (hour, five), (hours, fives) = divmod(self.row, PER_HOUR), divmod(self.cells, PER_HOUR)
        parts = (("h", hour), ("m", five), ("lh", hours), ("lm", fives))
        return " ".join(f"{name}{number}" for name, number in parts if number)


_USUAL: Final = [WallCell(minute, 0) for minute in range(0, 24 * 60, 60 // PER_HOUR)]
_USUALLY: Final = frozenset(_USUAL)


@dataclass(frozen=True)
class Rows:
    """The cells that a week shows, from top to bottom.

    `doubled`: the minutes that come twice, and on which day.
    """

    cells: Sequence[WallCell]
    doubled: Mapping[int, date]

    @property
    def key(self) -> tuple[object, ...]:
        """What these rows follow from."""
        return (self.cells[0], self.cells[-1], *self.doubled.items())

    @cached_property
    def _places(self) -> Mapping[WallCell, int]:
        return {cell: row for row, cell in enumerate(self.cells)}

    def row_of(self, local: datetime) -> int | None:
        """Return the row of a local time, None where the rows do not reach."""
        return self._places.get(_cell(local))

    def begin_after(self, local: datetime) -> bool:
        """Tell whether they begin later in the day than a local time that is in none of them."""
        return local.hour * 60 < self.cells[0].minute

    @cached_property
    def breaks(self) -> frozenset[int]:
        """The rows that are not five minutes after the one above on the clock."""
        steps = enumerate(pairwise(self.cells), start=1)
        return frozenset(
            row for row, (above, cell) in steps if cell != (above.minute + 5, above.fold)
        )

    def existing(self, day: date, zone: ZoneInfo) -> set[int]:
        """Return the rows that a day's clock shows."""
        shown = cells_shown(day, zone)
        if shown is _USUALLY and not self.doubled:
            return set(range(len(self.cells)))
        return {row for row, cell in enumerate(self.cells) if cell in shown}

    def hours(self) -> Iterator[tuple[int, int]]:
        """Yield first row and number of rows of each hour, or part of one that comes again."""
        heads = [
            row
            for row, cell in enumerate(self.cells)
            if cell.minute % 60 == 0 or cell.minute < self.cells[row - 1].minute
        ]
        for row, end in pairwise([*heads, len(self.cells)]):
            yield row, end - row

    def missing(self, day: date, zone: ZoneInfo) -> Iterator[tuple[int, int]]:
        """Yield first row and number of rows of each stretch that a day's clock never shows."""
        rows = sorted(set(range(len(self.cells))) - self.existing(day, zone))
        heads = [row for row in rows if row - 1 not in rows]
        tails = [row for row in rows if row + 1 not in rows]
        for head, tail in zip(heads, tails, strict=True):
            yield head, tail - head + 1


def rows_of(days: Iterable[date], zone: ZoneInfo, first_hour: int, last_hour: int) -> Rows:
    """Return the rows of some days between two hours (0 to 24)."""
    cells = list(_USUAL)
    doubled: dict[int, date] = {}
    for day in days:
        again = [cell for cell in cells_of_day(day, zone) if cell.fold]
        if again:
            after = cells.index(WallCell(again[-1].minute, 0)) + 1
            cells[after:after] = again
            doubled |= {cell.minute: day for cell in again}
    shown = [cell for cell in cells if first_hour * 60 <= cell.minute < last_hour * 60]
    return Rows(shown, doubled)


def cells_of_day(day: date, zone: ZoneInfo) -> list[WallCell]:
    """Return the cells of a local day in the order in which they pass, usually 288."""
    start, end = day_bounds(day, zone)
    if end - start == _WHOLE_DAY:
        return _USUAL
    count = (end - start) // GRID
    return [_cell((start + GRID * number).astimezone(zone)) for number in range(count)]


def cells_shown(day: date, zone: ZoneInfo) -> frozenset[WallCell]:
    """Return the cells that a local day's clock shows."""
    cells = cells_of_day(day, zone)
    return _USUALLY if cells is _USUAL else frozenset(cells)


def _cell(local: datetime) -> WallCell:
    return WallCell(local.hour * 60 + local.minute // 5 * 5, local.fold)
