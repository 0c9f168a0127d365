"""What happened to an appointment, in sentences."""

from dataclasses import dataclass

from domain.documents import Role, User
from domain.events import (
    AppointmentCancelled,
    AppointmentCreated,
    AppointmentMarked,
    AppointmentMoved,
    Event,
)
from webapp.presenters.statuses import shown_status
from webapp.presenters.times import iso, moment_words, shown


@dataclass(frozen=True, kw_only=True)
class Told:
    """One line of a history: when (`iso`: UTC), what, by whom."""

    iso: str
    when: str
    what: str
    by: str


def told(event: Event, viewer: User) -> Told:
    """Return an event as a line of the history; patients read roles instead of staff's names."""
    return Told(
        iso=iso(event.occurred_at),
        when=moment_words(event.occurred_at),
        what=_what(event),
        by=_by(event, viewer),
    )


def _what(event: Event) -> str:
    match event:
        case AppointmentCreated():
            return "Booked"
        case AppointmentMoved(previous=previous):
            return f"Moved from {shown(previous).words} with {previous.doctor_name}"
        case AppointmentCancelled(reason=reason):
            return f"Cancelled: {reason}" if reason else "Cancelled"
        case AppointmentMarked(status="booked", previous_status=previous_status):
            return f"“{shown_status(previous_status).word}” taken back"
        case AppointmentMarked(status=status):
            return f"Marked as {shown_status(status).word.lower()}"
    return event.kind


def _by(event: Event, viewer: User) -> str:
    actor = event.actor
    if actor.id == viewer.id:
        return "you"
    if viewer.role is Role.PATIENT and actor.role != Role.DOCTOR:
        return "the practice"
    return actor.name or "the practice"
