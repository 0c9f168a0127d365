"""One slot in a doctor's calendar."""

from dataclasses import dataclass
from datetime import UTC, datetime

from domain import clinic, clock
from domain.queries.calendar import CalendarEntry
from domain.walltime import GRID
from webapp.presenters import times
from webapp.presenters.day_rows import Rows, place
from webapp.presenters.formats import format_clocks
from webapp.presenters.reader import reader

# A shorter slot has room for one line.
ONE_LINE_BELOW_MINUTES = 30
_TO = "\N{EN DASH}"


@dataclass(frozen=True, kw_only=True)
class ShownEntry:
    """A slot in the grid.

    `place`: its CSS classes; `span`: from when to when; `status`: of its appointment, else
    `open`; `offset`: which of two equal times it is ("UTC+02:00"), empty where there is but one.
    """

    slot_id: str
    appointment_id: str | None
    status: str
    place: str
    iso: str
    begins: str
    ends: str
    span: str
    offset: str
    who: str
    ahead: bool
    short: bool


def shown_entry(entry: CalendarEntry, rows: Rows) -> ShownEntry:
    """Return how a slot stands in the grid; what reaches beyond the last row is cut off there."""
    slot, appointment = entry.slot, entry.appointment
    row = rows.row_of(starts(entry)) or 0
    cells = min((slot.ends_at - slot.starts_at) // GRID, len(rows.cells) - row)
    return ShownEntry(
        slot_id=str(slot.id),
        appointment_id=str(appointment.id) if appointment else None,
        status=appointment.status.value if appointment else "open",
        place=place(row, cells),
        iso=times.iso(slot.starts_at),
        begins=_clock(starts(entry)),
        ends=_clock(ends(entry)),
        span=_span(starts(entry), ends(entry)),
        offset=_which_of_two(starts(entry)),
        who=appointment.patient_name if appointment else "",
        ahead=slot.starts_at > clock.now(),
        short=minutes(entry) < ONE_LINE_BELOW_MINUTES,
    )


def starts(entry: CalendarEntry) -> datetime:
    """Return when a slot starts on the practice's clock."""
    return _on_the_clock(times.meant(entry.slot)[0])


def ends(entry: CalendarEntry) -> datetime:
    """Return when a slot ends on the practice's clock."""
    return _on_the_clock(times.meant(entry.slot)[1])


def minutes(entry: CalendarEntry) -> int:
    """Return how long a slot is."""
    return int((entry.slot.ends_at - entry.slot.starts_at).total_seconds()) // 60


def _clock(local: datetime) -> str:
    return times.clock_words(local.replace(tzinfo=None))


def _span(start: datetime, end: datetime) -> str:
    """Return from when to when; where clocks name the half of the day, once if it is the same."""
    locale = reader().locale
    if "a" in locale.time_formats["short"].pattern:
        return format_clocks(start.time(), end.time(), locale)
    return f"{_clock(start)}{_TO}{_clock(end)}"


def _which_of_two(local: datetime) -> str:
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"UTC{local.isoformat()[-6:]}" if twice else ""


def _on_the_clock(moment: datetime) -> datetime:
    # Through UTC: new rules of the zone may have removed the wall time that was meant.
    return moment.astimezone(UTC).astimezone(clinic.current().zone)
