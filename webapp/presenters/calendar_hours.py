"""The hours beside a calendar's columns, and clock times of a row."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain import clinic
from webapp.presenters import times
from webapp.presenters.day_rows import Place, Rows, WallCell
from webapp.presenters.reader import reader

_SOME_DAY = date(2000, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A part of a column: an hour, or a time that the day's clock never shows."""

    place: Place
    words: str


@dataclass(frozen=True)
class ShownHours:
    """The labels of all rows."""

    rows: Rows

    @property
    def key(self) -> tuple[object, ...]:
        """All that they say, to write them once."""
        return (self.rows.key, clinic.current().zone, reader().locale)

    @property
    def labels(self) -> list[Stretch]:
        """Each hour's label; one of two equal hours says which it is."""
        return [self._label(*stretch) for stretch in self.rows.hours()]

    @property
    def clock(self) -> list[str]:
        """How the 24 full hours are written: a script puts the minutes of others into them."""
        return [clock_at(60 * hour) for hour in range(24)]

    def _label(self, row: int, cells: int) -> Stretch:
        cell = self.rows.cells[row]
        day = self.rows.doubled.get(cell.minute)
        words = clock_at(cell.minute) if day is None else clock_of(day, cell)
        return Stretch(place=Place(row, cells), words=words)


def clock_of(day: date, cell: WallCell) -> str:
    """Return what the clock shows at a row of a day."""
    at = time(*divmod(cell.minute, 60), fold=cell.fold)
    return times.clock_words(datetime.combine(day, at, tzinfo=clinic.current().zone))


def clock_at(minute: int) -> str:
    """Return what the clock shows at a minute of a usual day."""
    midnight = datetime.combine(_SOME_DAY, time(0))
    return times.clock_words(midnight + timedelta(minutes=minute))
