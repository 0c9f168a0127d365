"""What happened to an appointment, in sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain import clinic
from domain.documents import STAFF, Role, User
from domain.documents.user import DESK
from domain.events import (
    AppointmentCancelled,
    AppointmentCreated,
    AppointmentMarked,
    AppointmentMoved,
    AppointmentReprojected,
    AppointmentRestored,
    Event,
    PatientAddressChanged,
    ReminderDue,
)
from domain.ids import Id
from webapp.presenters.deliveries import STATES, ShownState, outcome_words
from webapp.presenters.statuses import shown_status
from webapp.presenters.times import iso, moment_words, shown
from webapp.trace import Delivery

_CHANNELS = {"email": "E-mail"}
_PLAIN: Mapping[type[Event], str] = {
    AppointmentCreated: "Booked",
    AppointmentReprojected: "Calendar entry corrected after a change of time-zone law",
    AppointmentRestored: "Cancellation taken back",
    ReminderDue: "Reminder due",
}


@dataclass(frozen=True, kw_only=True)
class ToldPerson:
    """Who was told of it, and what became of that: `id` and the server's `words` for staff only."""

    text: str
    seen: ShownState
    words: str
    id: Id | None


@dataclass(frozen=True, kw_only=True)
class Told:
    """One line of a history: when (`iso`: UTC), what, by whom, who was told."""

    iso: str
    when: str
    what: str
    by: str
    told: list[ToldPerson]


def told(event: Event, viewer: User, messages: Sequence[Delivery] = ()) -> Told:
    """Return an event as a line of the history; patients read roles instead of staff's names.

    `messages`: those about the whole appointment, this event's among them.
    """
    return Told(
        iso=iso(event.occurred_at),
        when=moment_words(event.occurred_at),
        what=_what(event),
        by=_by(event, viewer),
        told=[_person(one, viewer) for one in messages if one.event_id == event.id],
    )


def _person(message: Delivery, viewer: User) -> ToldPerson:
    channel, outcome = _CHANNELS.get(message.channel, message.channel), outcome_words(message)
    staff, desk = viewer.role in STAFF, viewer.role in DESK
    unsent = message.state in ("failed", "parked")
    return ToldPerson(
        text=f"{channel} to {message.recipient if staff else 'you'}: {outcome}",
        seen=STATES[str(message.state)],
        words=message.last_words if staff and unsent else "",
        id=message.id if desk else None,
    )


def _what(event: Event) -> str:
    match event:
        case AppointmentMoved(previous=previous):
            return f"Moved from {shown(previous).words} with {previous.doctor_name}"
        case AppointmentCancelled(reason=reason):
            return f"Cancelled: {reason}" if reason else "Cancelled"
        case PatientAddressChanged(email=email, previous_email=previous):
            return f"Patient's address changed from {previous} to {email}"
        case AppointmentMarked(status="booked", previous_status=previous_status):
            return f"“{shown_status(previous_status).word}” taken back"
        case AppointmentMarked(status=status):
            return f"Marked as {shown_status(status).word.lower()}"
    return _PLAIN.get(type(event), event.kind)


def _by(event: Event, viewer: User) -> str:
    actor = event.actor
    if actor.id is None:
        return clinic.current().name
    if actor.id == viewer.id:
        return "you"
    if viewer.role is Role.PATIENT and actor.role != Role.DOCTOR:
        return "the practice"
    return actor.name or "the practice"
