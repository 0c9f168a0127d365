"""One slot in a doctor's calendar."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain import clinic
from domain.documents import AppointmentStatus
from domain.ids import Id
from domain.queries.calendar import CalendarEntry, Visit
from domain.walltime import GRID
from webapp.languages import name_words
from webapp.presenters import times
from webapp.presenters.day_rows import Place, Rows
from webapp.presenters.marks import MarkChoice, mark_choices
from webapp.presenters.reader import reader

_LONGEST_REASON = 200


@dataclass(frozen=True, kw_only=True)
class ShownEntry:
    """A slot in the grid.

    `status`: of its appointment, else `open`; `offset`: which of two equal times it is
    ("UTC+02:00"), empty where there is but one; `appointment`: who has booked it, if anybody.
    """

    slot_id: Id
    appointment: Visit | None
    status: str
    place: Place
    iso: str
    begins: str
    ends: str
    offset: str
    ahead: bool

    @property
    def key(self) -> tuple[object, ...]:
        """All that its line in a week says, to write it once."""
        whose = (self.appointment.id, self.who) if self.appointment else ()
        when = (self.iso, self.begins, self.ends, self.offset, self.ahead)
        return (self.slot_id, self.status, self.place, *when, reader().locale.language, *whose)

    @property
    def who(self) -> str:
        """The patient's name."""
        return name_words(self.appointment.patient_name) if self.appointment else ""

    @property
    def reason(self) -> str:
        """Why the patient comes, cut to what a line of the day can hold."""
        reason = str(self.appointment.reason) if self.appointment else ""
        return f"{reason[:_LONGEST_REASON]}…" if len(reason) > _LONGEST_REASON else reason

    @property
    def marks(self) -> list[MarkChoice]:
        """What may be noted about the visit."""
        return mark_choices(self.appointment) if self.appointment else []

    @property
    def can_be_withdrawn(self) -> bool:
        """Whether the page leads to withdrawing it; the action decides."""
        return self.ahead and self.status in ("open", AppointmentStatus.BOOKED)


def entry_facts(entry: CalendarEntry, moment: datetime) -> tuple[object, ...]:
    """Return all that a calendar says about a slot at a moment, short of why the patient comes."""
    slot, one = entry.slot, entry.appointment
    whose = (one.id, one.status.value, one.patient_name) if one else ()
    span = (int(slot.starts_at.timestamp()), int(slot.ends_at.timestamp()))
    when = (slot.wall_start, slot.fold, *span, slot.starts_at > moment)
    return (slot.id, *when, *whose)


def shown_entry(entry: CalendarEntry, rows: Rows, moment: datetime) -> ShownEntry:
    """Return how a slot stands in the grid; what reaches beyond the last row is cut off there."""
    slot, appointment = entry.slot, entry.appointment
    start = starts(entry)
    row = rows.row_of(start) or 0
    cells = min((slot.ends_at - slot.starts_at) // GRID, len(rows.cells) - row)
    return ShownEntry(
        slot_id=slot.id,
        appointment=appointment,
        status=status_of(entry),
        place=Place(row, cells),
        iso=times.iso(slot.starts_at),
        begins=_clock(start),
        ends=_clock(ends(entry)),
        offset=_which_of_two(start),
        ahead=slot.starts_at > moment,
    )


def starts(entry: CalendarEntry) -> datetime:
    """Return when a slot starts on the practice's clock."""
    return _span(entry)[0]


def ends(entry: CalendarEntry) -> datetime:
    """Return when a slot ends on the practice's clock."""
    return _span(entry)[1]


def status_of(entry: CalendarEntry) -> str:
    """Return the status of a slot's appointment, else `open`."""
    return entry.appointment.status.value if entry.appointment else "open"


def minutes(entry: CalendarEntry) -> int:
    """Return how long a slot is."""
    return int((entry.slot.ends_at - entry.slot.starts_at).total_seconds()) // 60


def _clock(local: datetime) -> str:
    return times.clock_words(local.replace(tzinfo=None))


def _which_of_two(local: datetime) -> str:
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"UTC{local.isoformat()[-6:]}" if twice else ""


def _span(entry: CalendarEntry) -> tuple[datetime, datetime]:
    slot = entry.slot
    length = slot.ends_at - slot.starts_at
    return _on_the_clock(slot.wall_start, slot.fold, slot.zone, length, clinic.current().zone)


@lru_cache(maxsize=8192)
def _on_the_clock(
    wall_start: str, fold: int, zone: str, length: timedelta, practice: ZoneInfo
) -> tuple[datetime, datetime]:
    # Through UTC: new rules of the zone may have removed the wall time that was meant.
    start = times.moment_meant(wall_start, fold, zone).astimezone(UTC)
    return start.astimezone(practice), (start + length).astimezone(practice)
