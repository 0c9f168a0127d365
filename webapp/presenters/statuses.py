"""Statuses in words, each with a mark, so that none is told by its colour alone."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ShownStatus:
    """A status: its word, a mark beside it and the name of its colour."""

    word: str
    mark: str
    tone: str


_SHOWN = {
    "booked": ShownStatus(word="Booked", mark="●", tone="booked"),
    "arrived": ShownStatus(word="Arrived", mark="▶", tone="arrived"),
    "completed": ShownStatus(word="Completed", mark="✓", tone="completed"),
    "missed": ShownStatus(word="Missed", mark="!", tone="missed"),
    "cancelled": ShownStatus(word="Cancelled", mark="✕", tone="cancelled"),
    "open": ShownStatus(word="Free", mark="○", tone="free"),
    "withdrawn": ShownStatus(word="Withdrawn", mark="✕", tone="cancelled"),
}


def shown_status(status: str) -> ShownStatus:
    """Return how pages show the status of an appointment or slot."""
    return _SHOWN[str(status)]
