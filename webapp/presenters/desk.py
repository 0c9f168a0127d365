"""Lines of the reception's list in words, in groups, and the day counted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask_babel import gettext, ngettext

from domain.documents import Appointment, AppointmentStatus
from domain.ids import Id
from domain.queries.desk import DeskPage
from domain.queries.desk_lines import DeskFilter, DeskLine
from webapp.languages import name_words
from webapp.presenters.counting import counted
from webapp.presenters.deliveries import ShownDelivery, shown_delivery
from webapp.presenters.marks import MarkChoice, desk_marks
from webapp.presenters.reader import reader
from webapp.presenters.spans import day_wording
from webapp.presenters.statuses import shown_status
from webapp.presenters.times import ShownTime, moment_clock, shown
from webapp.trace import Delivery

_COUNTED = ("booked", "arrived", "completed", "missed", "cancelled", "free")


@dataclass(frozen=True, kw_only=True)
class DeskRow:
    """A line of the list.

    `second`: the clock time at the practice, for readers elsewhere. `marks`: what may be noted
    now; `untold`: a message that is not out.
    """

    id: Id
    reference: str
    status: str
    word: str
    when: ShownTime
    second: str
    patient: str
    doctor: str
    marks: Sequence[MarkChoice]
    is_booked: bool
    untold: ShownDelivery | None

    @property
    def key(self) -> tuple[object, ...] | None:
        """All that the line says, to write it once; None where a message may change any moment."""
        if self.untold is not None:
            return None
        when = self.when
        said = (self.status, self.word, self.patient, self.doctor)
        return (self.id, *said, when.iso, when.clock, self.second)


@dataclass(frozen=True, kw_only=True)
class DeskGroup:
    """Rows under a heading; `now`: the clock, where a line says that the moment is here."""

    heading: str
    rows: Sequence[DeskRow]
    now: str = ""
    is_over: bool = False

    @property
    def has_booked(self) -> bool:
        """Whether any of the rows can be ticked."""
        return any(row.is_booked for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many of a status there are, in words; `status` None counts free times."""

    status: str | None
    words: str


class DeskRows:
    """Makes rows; what many of them say is worded once, and of one day what day that is."""

    def __init__(self, untold: Mapping[Id, Delivery], wanted: DeskFilter) -> None:
        self._untold = untold
        self._day = wanted.date if wanted.is_one_day else None
        self._words = {status: str(shown_status(status).word) for status in AppointmentStatus}
        self._marks = desk_marks()
        self._reader = reader()

    def row(self, one: DeskLine | Appointment) -> DeskRow:
        """Return an appointment as a line of the list."""
        message, when = self._untold.get(one.id), shown(one, self._reader)
        second = when.practice_hour if when.practice_date == self._day else when.practice_brief
        return DeskRow(
            id=one.id,
            reference=one.reference,
            status=one.status.value,
            word=self._words[one.status],
            when=when,
            second=second or "",
            patient=name_words(one.patient_name),
            doctor=one.doctor_name,
            marks=self._marks[one.status],
            is_booked=one.status is AppointmentStatus.BOOKED,
            untold=shown_delivery(message) if message else None,
        )

    def groups(self, found: DeskPage, wanted: DeskFilter) -> list[DeskGroup]:
        """Return a page's rows in groups: now, next and earlier; or by its several days."""
        if found.now is not None:
            return self._queue(found.rows, found.now)
        rows = [self.row(line) for line in found.rows]
        days = groupby(rows, key=lambda row: row.when.date)
        grouped = [(day, list(of_day)) for day, of_day in days]
        if wanted.is_one_day and [day for day, _ in grouped] == [wanted.date]:
            return [DeskGroup(heading="", rows=rows)]
        worded = day_wording(wanted)
        return [DeskGroup(heading=worded(day), rows=of_day) for day, of_day in grouped]

    def _queue(self, lines: Sequence[DeskLine], now: datetime) -> list[DeskGroup]:
        def some(keep: Callable[[DeskLine], bool]) -> list[DeskRow]:
            return [self.row(line) for line in lines if keep(line)]

        begun = some(lambda line: line.starts_at <= now < line.ends_at)
        ahead = some(lambda line: line.starts_at > now)
        over = some(lambda line: line.ends_at <= now)
        groups = [
            DeskGroup(heading=gettext("Now"), rows=begun),
            DeskGroup(heading=gettext("Next"), rows=ahead, now=moment_clock(now)),
            DeskGroup(heading=_over_words(over), rows=over, is_over=True),
        ]
        return [group for group in groups if group.rows]


def _over_words(rows: Sequence[DeskRow]) -> str:
    open_ones = sum(row.status in ("booked", "arrived") for row in rows)
    if not open_ones:
        return gettext("Earlier today")
    return ngettext(
        "Earlier today: %(num)s still to be noted",
        "Earlier today: %(num)s still to be noted",
        open_ones,
    )


def shown_counts(counts: Mapping[str, int]) -> list[Count]:
    """Return counts in the order of a visit, free times last."""
    return [
        Count(
            status=None if status == "free" else status,
            words=counted(status, counts[status], f"<strong>{counts[status]}</strong>"),
        )
        for status in _COUNTED
    ]
