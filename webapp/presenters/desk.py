"""The reception's list in words: counts, rows and what became of a change of many."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from domain.documents import Appointment, AppointmentStatus
from domain.errors import DomainError
from domain.queries.desk import DeskFilter
from webapp.languages import said
from webapp.presenters.deliveries import ShownDelivery, shown_delivery
from webapp.presenters.marks import MarkChoice, mark_choices
from webapp.presenters.statuses import shown_status
from webapp.presenters.times import ShownTime, shown
from webapp.trace import Delivery

_EXCERPT = 80
_COUNTED = ("booked", "arrived", "completed", "missed", "cancelled")


@dataclass(frozen=True, kw_only=True)
class DeskRow:
    """A line of the list. `marks`: what may be noted now; `untold`: a message that is not out."""

    appointment: Appointment
    when: ShownTime
    reason: str
    marks: list[MarkChoice]
    is_booked: bool
    untold: ShownDelivery | None


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many of a status there are on a day; `status` None counts free times."""

    status: str | None
    word: str
    mark: str
    tone: str
    number: int


@dataclass(frozen=True, kw_only=True)
class DeskWays:
    """Addresses around a list; `said`: its filter as the arguments of an address."""

    here: str
    said: Mapping[str, str]
    first: str | None
    later: str | None
    day_before: str | None
    day_after: str | None


def desk_row(appointment: Appointment, untold: Delivery | None = None) -> DeskRow:
    """Return an appointment as a line of the list; `untold`: a message about it that is not out."""
    return DeskRow(
        appointment=appointment,
        when=shown(appointment),
        reason=_excerpt(str(appointment.reason)),
        marks=mark_choices(appointment),
        is_booked=appointment.status is AppointmentStatus.BOOKED,
        untold=shown_delivery(untold) if untold else None,
    )


def shown_counts(counts: Mapping[str, int]) -> list[Count]:
    """Return a day's counts in the order of a visit, free times last."""
    named = [(status, shown_status(status), counts[status]) for status in _COUNTED]
    free = ("open", shown_status("open"), counts["free"])
    return [
        Count(
            status=None if status == "open" else status,
            word=seen.word,
            mark=seen.mark,
            tone=seen.tone,
            number=number,
        )
        for status, seen, number in [*named, free]
    ]


def ways(wanted: DeskFilter, next_after: str | None) -> DeskWays:
    """Return where one may go from a list."""
    day, one_day = wanted.date, wanted.until == wanted.date
    return DeskWays(
        here=_address(wanted),
        said=_said(wanted),
        first=_address(wanted, after="") if wanted.after else None,
        later=_address(wanted, after=next_after) if next_after else None,
        day_before=_day_address(wanted, day - timedelta(days=1)) if one_day else None,
        day_after=_day_address(wanted, day + timedelta(days=1)) if one_day else None,
    )


def _day_address(wanted: DeskFilter, day: date) -> str:
    return _address(wanted, date=day.isoformat(), after="")


def _address(wanted: DeskFilter, **changes: str) -> str:
    said: dict[str, Any] = {**_said(wanted), **changes}
    return url_for("desk.index", **{name: value for name, value in said.items() if value})


def _said(wanted: DeskFilter) -> dict[str, str]:
    """Return a filter as the arguments of an address."""
    said = {
        "date": wanted.date.isoformat(),
        "until": wanted.until.isoformat() if wanted.until != wanted.date else "",
        "doctor": str(wanted.doctor_id or ""),
        "status": wanted.status.value if wanted.status else "",
        "q": wanted.q,
        "after": wanted.after or "",
    }
    return {name: value for name, value in said.items() if value}


def cancelled_words(cancelled: int, refused: Sequence[tuple[str, DomainError]]) -> str:
    """Return how many were cancelled, and which were not and why; references, no names."""
    parts = [
        ngettext("%(num)s appointment cancelled.", "%(num)s appointments cancelled.", cancelled)
        if cancelled
        else gettext("No appointment was cancelled.")
    ]
    by_reason = defaultdict(list)
    for reference, error in refused:
        by_reason[said(error)].append(reference)
    for reason, references in by_reason.items():
        named = ", ".join(references)
        parts.append(gettext("Not cancelled: %(references)s.", references=named) + f" {reason}")
    return " ".join(parts)


def _excerpt(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _EXCERPT else one_line[: _EXCERPT - 1].rstrip() + "…"
