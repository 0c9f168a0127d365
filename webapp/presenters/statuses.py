"""Statuses in words, each with a mark, so that none is told by its colour alone."""

from dataclasses import dataclass

from flask_babel import lazy_gettext


@dataclass(frozen=True, kw_only=True)
class ShownStatus:
    """A status: its word, a mark beside it and the name of its colour."""

    word: str
    mark: str
    tone: str


_SHOWN = {
    "booked": ShownStatus(word=lazy_gettext("Booked"), mark="●", tone="booked"),
    "arrived": ShownStatus(word=lazy_gettext("Arrived"), mark="▶", tone="arrived"),
    "completed": ShownStatus(word=lazy_gettext("Completed"), mark="✓", tone="completed"),
    "missed": ShownStatus(word=lazy_gettext("Missed"), mark="!", tone="missed"),
    "cancelled": ShownStatus(word=lazy_gettext("Cancelled"), mark="✕", tone="cancelled"),
    "open": ShownStatus(word=lazy_gettext("Free"), mark="○", tone="free"),
    "withdrawn": ShownStatus(word=lazy_gettext("Withdrawn"), mark="✕", tone="cancelled"),
}


def shown_status(status: str) -> ShownStatus:
    """Return how pages show the status of an appointment or slot."""
    return _SHOWN[str(status)]
