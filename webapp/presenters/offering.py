"""What became of offered and withdrawn times, in words."""

from domain.actions.offering import SeriesOutcome
from domain.documents import Slot
from webapp.presenters.times import clock_words, day_words, meant


def slot_words(slot: Slot) -> str:
    """Return "Tuesday 1 December, 09:00 to 09:30" on the practice's clock."""
    start, end = meant(slot)
    end = end.astimezone(start.tzinfo)
    return f"{day_words(start.date())}, {clock_words(start)} to {clock_words(end)}"


def series_words(outcome: SeriesOutcome) -> str:
    """Return how many times were offered, and how many were left out and why."""
    parts = [f"{_times(outcome.offered)} offered"]
    if outcome.overlapping:
        parts.append(f"{outcome.overlapping} left out because you already offer that time")
    if outcome.nonexistent:
        verb = "does" if outcome.nonexistent == 1 else "do"
        parts.append(f"{outcome.nonexistent} {verb} not exist because the clock goes forward")
    if outcome.past:
        verb = "has" if outcome.past == 1 else "have"
        parts.append(f"{outcome.past} {verb} already passed")
    return ", ".join(parts) + "."


def _times(count: int) -> str:
    return f"{count} time" if count == 1 else f"{count} times"
