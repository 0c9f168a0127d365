"""The rows of a week's calendar: five-minute cells of wall time, doubled ones twice."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.walltime import GRID, day_bounds

PER_HOUR = timedelta(hours=1) // GRID
_WHOLE_DAY = timedelta(days=1)


class WallCell(NamedTuple):
    """Five minutes as a clock shows them: the minute of the day, `fold` 1 for the second time."""

    minute: int
    fold: int


_USUAL = [WallCell(minute, 0) for minute in range(0, 24 * 60, 60 // PER_HOUR)]


@dataclass(frozen=True)
class Rows:
    """The cells that a week shows, from top to bottom."""

    cells: Sequence[WallCell]

    def row_of(self, local: datetime) -> int | None:
        """Return the row of a local time, None where the rows do not reach."""
        cell = WallCell(local.hour * 60 + local.minute, local.fold)
        return self.cells.index(cell) if cell in self.cells else None

    def missing(self, day: date, zone: ZoneInfo) -> Iterator[tuple[int, int]]:
        """Yield first row and number of rows of each stretch that a day's clock never shows."""
        existing = set(cells_of_day(day, zone))
        rows = [row for row, cell in enumerate(self.cells) if cell not in existing]
        breaks = [0, *(n + 1 for n, (a, b) in enumerate(pairwise(rows)) if b != a + 1), len(rows)]
        for start, end in pairwise(breaks):
            if end > start:
                yield rows[start], end - start


def rows_of(days: Iterable[date], zone: ZoneInfo, first_hour: int, last_hour: int) -> Rows:
    """Return the rows of some days between two hours (0 to 24)."""
    cells = list(_USUAL)
    for day in days:
        doubled = [cell for cell in cells_of_day(day, zone) if cell.fold]
        if doubled:
            after = cells.index(WallCell(doubled[-1].minute, 0)) + 1
            cells[after:after] = doubled
    return Rows([cell for cell in cells if first_hour * 60 <= cell.minute < last_hour * 60])


def cells_of_day(day: date, zone: ZoneInfo) -> list[WallCell]:
    """Return the cells of a local day in the order in which they pass: 276 to 300 of them."""
    start, end = day_bounds(day, zone)
    if end - start == _WHOLE_DAY:
        return _USUAL
    return [_cell((start + GRID * number).astimezone(zone)) for number in range((end - start) // GRID)]


def local_time(day: date, cell: WallCell, zone: ZoneInfo) -> datetime:
    """Return the local time at which a cell begins on a day."""
    at = time(*divmod(cell.minute, 60), fold=cell.fold)
    return datetime.combine(day, at, tzinfo=zone)


def _cell(local: datetime) -> WallCell:
    return WallCell(local.hour * 60 + local.minute, local.fold)
