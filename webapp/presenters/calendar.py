"""A doctor's week, laid out: each slot at its place, at its true length."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from babel.dates import format_date, format_interval

from domain import clinic, clock
from domain.queries.calendar import CalendarEntry
from domain.walltime import GRID, day_bounds, today
from webapp.presenters import times
from webapp.presenters.day_rows import PER_HOUR, Rows, WallCell, local_time, rows_of
from webapp.presenters.reader import reader

_FIRST_HOUR, _LAST_HOUR = 7, 20
# A shorter slot needs taller rows, so that a finger still hits it and its words fit in.
_SCALES = (30, 15, 10, 5)


@dataclass(frozen=True, kw_only=True)
class ShownEntry:
    """A slot in the grid. `place`: its CSS classes; `status`: of its appointment, else `open`."""

    slot_id: str
    appointment_id: str | None
    status: str
    place: str
    iso: str
    begins: str
    ends: str
    who: str
    ahead: bool
    short: bool


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A part of a day's column: an hour's label, or a time that the clock never shows."""

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
    """A week: its days, the labels of its hours and the way to the weeks around it."""

    title: str
    days: list[ShownDay]
    hours: list[Stretch]
    scale: int
    booked: int
    free: int
    previous: date
    next: date

    @property
    def empty(self) -> bool:
        """Whether the doctor offers nothing in this week."""
        return not any(day.entries for day in self.days)


def week_start(day: date) -> date:
    """Return the first day of a date's week, as the reader's locale counts."""
    return day - timedelta(days=(day.weekday() - reader().locale.first_week_day) % 7)


def shown_week(first: date, entries: Sequence[CalendarEntry]) -> ShownWeek:
    """Lay out the entries of the seven days from `first` on, in the practice's zone."""
    zone = clinic.current().zone
    days = [first + timedelta(days=number) for number in range(7)]
    rows = rows_of(days, zone, *_hours_needed(entries))
    booked = sum(1 for entry in entries if entry.appointment)
    shortest = min((_minutes(entry) for entry in entries), default=_SCALES[0])
    return ShownWeek(
        title=_title(first, days[-1]),
        days=[_day(day, rows, entries) for day in days],
        hours=_hours(days, rows),
        scale=next(scale for scale in _SCALES if shortest >= scale),
        booked=booked,
        free=len(entries) - booked,
        previous=first - timedelta(days=7),
        next=first + timedelta(days=7),
    )


def _day(day: date, rows: Rows, entries: Sequence[CalendarEntry]) -> ShownDay:
    zone, locale, now = clinic.current().zone, reader().locale, clock.now()
    is_today = day == today(now, zone)
    return ShownDay(
        date=day,
        name=format_date(day, "EEE", locale=locale),
        number=format_date(day, "d MMM", locale=locale),
        is_today=is_today,
        note=_clock_change(day),
        now=_now_place(rows, now) if is_today else "",
        entries=[_entry(entry, rows) for entry in entries if _start(entry).date() == day],
        gaps=[_gap(day, rows, *stretch) for stretch in rows.missing(day, zone)],
    )


def _entry(entry: CalendarEntry, rows: Rows) -> ShownEntry:
    slot, appointment = entry.slot, entry.appointment
    start, locale = _start(entry), reader().locale
    row = rows.row_of(start) or 0
    cells = min(_minutes(entry) * PER_HOUR // 60, len(rows.cells) - row)
    return ShownEntry(
        slot_id=str(slot.id),
        appointment_id=str(appointment.id) if appointment else None,
        status=appointment.status.value if appointment else "open",
        place=_place(row, cells),
        iso=times.iso(slot.starts_at),
        begins=times.clock_words(start, locale),
        ends=times.clock_words(_end(entry), locale),
        who=appointment.patient_name if appointment else "",
        ahead=slot.starts_at > clock.now(),
        short=_minutes(entry) < _SCALES[0],
    )


def _hours_needed(entries: Sequence[CalendarEntry]) -> tuple[int, int]:
    """Return the hours that the week shows: office hours, widened to what is offered."""
    starts = [_start(entry).hour for entry in entries]
    ends = [_end_hour(entry) for entry in entries]
    return min(_FIRST_HOUR, *starts, 24), max(_LAST_HOUR, *ends, 0)


def _end_hour(entry: CalendarEntry) -> int:
    start, end = _start(entry), _end(entry)
    if end.date() > start.date():
        return 24
    return max(end.hour + (end.minute > 0), start.hour + 1)


def _hours(days: list[date], rows: Rows) -> list[Stretch]:
    """Return the labels beside the rows; those of a doubled hour say which of the two it is."""
    zone = clinic.current().zone
    labels = []
    for row, cell in enumerate(rows.cells):
        turned_back = row > 0 and cell.minute < rows.cells[row - 1].minute
        if cell.minute % 60 and not turned_back:
            continue
        day = next((day for day in days if WallCell(cell.minute, 1) in rows.cells), None)
        twice = [day for day in days if day and _is_doubled(day, cell)]
        local = local_time(twice[0] if twice else days[0], cell, zone)
        words = times.clock_words(local if twice else local.replace(tzinfo=None), reader().locale)
        labels.append((row, words))
    ends = [row for row, _ in labels[1:]] + [len(rows.cells)]
    return [
        Stretch(place=_place(row, end - row), words=words)
        for (row, words), end in zip(labels, ends, strict=True)
    ]


def _gap(day: date, rows: Rows, row: int, cells: int) -> Stretch:
    cell = rows.cells[row]
    words = "" if cell.fold else "The clock goes forward: this time does not exist"
    return Stretch(place=_place(row, cells), words=words)
