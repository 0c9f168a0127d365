"""What became of offered and withdrawn times, in words."""

from flask_babel import gettext, ngettext

from domain.actions.offering import SeriesOutcome
from domain.documents import Slot
from webapp.presenters.times import clock_words, day_words, meant


def slot_words(slot: Slot) -> str:
    """Return "Tuesday 1 December, 09:00 to 09:30" on the practice's clock."""
    start, end = meant(slot)
    end = end.astimezone(start.tzinfo)
    return gettext(
        "%(day)s, %(start)s to %(end)s",
        day=day_words(start.date()),
        start=clock_words(start),
        end=clock_words(end),
    )


def series_words(outcome: SeriesOutcome) -> str:
    """Return how many times were offered, and how many were left out and why."""
    parts = [ngettext("%(num)s time offered", "%(num)s times offered", outcome.offered)]
    if outcome.overlapping:
        parts.append(
            ngettext(
                "%(num)s left out because you already offer that time",
                "%(num)s left out because you already offer that time",
                outcome.overlapping,
            )
        )
    if outcome.nonexistent:
        parts.append(
            ngettext(
                "%(num)s does not exist because the clock goes forward",
                "%(num)s do not exist because the clock goes forward",
                outcome.nonexistent,
            )
        )
    if outcome.past:
        parts.append(
            ngettext("%(num)s has already passed", "%(num)s have already passed", outcome.past)
        )
    return gettext(", ").join(parts) + "."
