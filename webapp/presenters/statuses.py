"""Statuses in words, each with a mark, so that none is told by its colour alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext

from domain.documents import AppointmentStatus

_ARRIVED, _COMPLETED = AppointmentStatus.ARRIVED, AppointmentStatus.COMPLETED
_MISSED = AppointmentStatus.MISSED


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


_NOTED: Mapping[AppointmentStatus, str] = {
    _ARRIVED: lazy_gettext("Noted: arrived."),
    _COMPLETED: lazy_gettext("Noted: completed."),
    _MISSED: lazy_gettext("Noted: missed."),
}
_TAKEN_BACK: Mapping[AppointmentStatus, str] = {
    _ARRIVED: lazy_gettext("Undone: the visit is no longer marked as arrived."),
    _COMPLETED: lazy_gettext("Undone: the visit is no longer marked as completed."),
    _MISSED: lazy_gettext("Undone: the visit is no longer marked as missed."),
}


def marked_words(before: AppointmentStatus, after: AppointmentStatus) -> str:
    """Return what was noted about a visit, or what was taken back."""
    if after is AppointmentStatus.BOOKED:
        return str(_TAKEN_BACK[before])
    return str(_NOTED[after])
