"""What would become, and what became, of offered and withdrawn times, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.lists import format_list
from flask_babel import gettext, ngettext

from domain import clinic
from domain.actions.offering import SeriesOutcome
from domain.actions.withdrawing_series import SeriesWithdrawal
from domain.documents import Slot
from domain.queries.calendar import CalendarEntry
from domain.queries.series import SeriesOutlook, SeriesSlot
from webapp.languages import name_words
from webapp.presenters.calendar_entry import ends, starts
from webapp.presenters.reader import reader
from webapp.presenters.times import clock_words, dated_words, day_words, iso, meant


@dataclass(frozen=True, kw_only=True)
class OfferedTime:
    """A time that is offered on a day already: what stands beside a form for another."""

    slot_id: str
    iso: str
    begins: str
    ends: str
    status: str
    who: str


def offered_words(entry: CalendarEntry) -> OfferedTime:
    """Return a time as a line beside the form."""
    appointment = entry.appointment
    return OfferedTime(
        slot_id=str(entry.slot.id),
        iso=iso(entry.slot.starts_at),
        begins=clock_words(starts(entry)),
        ends=clock_words(ends(entry)),
        status=appointment.status.value if appointment else "open",
        who=name_words(appointment.patient_name) if appointment else "",
    )


def slot_offered_words(slot: Slot) -> str:
    """Return the sentence that a time is offered."""
    return gettext("%(time)s is offered.", time=_slot_words(slot))


def withdrawn_words(slot: Slot) -> str:
    """Return the sentence that a time is withdrawn."""
    return gettext("%(time)s is withdrawn.", time=_slot_words(slot))


def outlook_parts(outlook: SeriesOutlook) -> list[str]:
    """Return what a plan would amount to: how many times, and what is left out and why."""
    count = len(outlook.starts)
    times = ngettext("%(num)s time", "%(num)s times", count)
    return [times, *_left_out(outlook)]


def outcome_words(outcome: SeriesOutcome) -> str:
    """Return how many times were offered, and what was left out and why."""
    count = outcome.offered
    offered = ngettext("%(num)s time offered", "%(num)s times offered", count)
    return _sentence([offered, *_left_out(outcome)])


def series_withdrawn_words(outcome: SeriesWithdrawal) -> str:
    """Return how many times of a series went, and what became of the booked ones."""
    parts = [
        ngettext(
            "%(num)s time withdrawn",
            "%(num)s times withdrawn",
            outcome.withdrawn,
        )
    ]
    if outcome.cancelled:
        parts.append(
            ngettext(
                "%(num)s appointment cancelled",
                "%(num)s appointments cancelled",
                outcome.cancelled,
            )
        )
    if outcome.kept:
        parts.append(
            ngettext(
                "%(num)s booked time stays",
                "%(num)s booked times stay",
                outcome.kept,
            )
        )
    return _sentence(parts)


def first_and_last(starts: Sequence[datetime]) -> tuple[str, ...]:
    """Return the first and the last of some moments on the practice's clock, if there are any."""
    return tuple(_at_practice(moment) for moment in (*starts[:1], *starts[-1:]))


def span_words(slots: Sequence[SeriesSlot]) -> tuple[str, ...]:
    """Return when the first and the last of some slots start on the practice's clock."""
    return first_and_last([slot.starts_at for slot in slots])


def _at_practice(moment: datetime) -> str:
    local = moment.astimezone(clinic.current().zone)
    return gettext("%(day)s, %(time)s", day=dated_words(local.date()), time=clock_words(local))


def _left_out(found: SeriesOutlook | SeriesOutcome) -> list[str]:
    overlapping = ngettext(
        "%(num)s skipped because you already offer that time",
        "%(num)s skipped because you already offer that time",
        found.overlapping,
    )
    nonexistent = ngettext(
        "%(num)s falls in the hour that does not exist",
        "%(num)s fall in the hour that does not exist",
        found.nonexistent,
    )
    colliding = ngettext(
        "%(num)s skipped because the clocks change and it would overlap the time before",
        "%(num)s skipped because the clocks change and they would overlap the times before",
        found.colliding,
    )
    past = ngettext(
        "%(num)s has already passed",
        "%(num)s have already passed",
        found.past,
    )
    counted = (
        (found.overlapping, overlapping),
        (found.nonexistent, nonexistent),
        (found.colliding, colliding),
        (found.past, past),
    )
    return [words for count, words in counted if count]


def _sentence(parts: list[str]) -> str:
    return f"{format_list(parts, style='unit', locale=reader().locale)}."


def _slot_words(slot: Slot) -> str:
    """Return "Tuesday 1 December, 09:00 to 09:30" on the practice's clock."""
    start, end = meant(slot)
    end = end.astimezone(start.tzinfo)
    return gettext(
        "%(day)s, %(start)s to %(end)s",
        day=day_words(start.date()),
        start=clock_words(start),
        end=clock_words(end),
    )
