"""What happened to an appointment, in sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext, lazy_gettext

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
from webapp.languages import reason_words
from webapp.presenters.deliveries import (
    ShownState,
    outcome_in_short,
    outcome_words,
    seen_of,
)
from webapp.presenters.statuses import shown_status
from webapp.presenters.times import iso, moment_words, shown
from webapp.trace import Delivery

_CHANNELS = {"email": lazy_gettext("E-mail")}
_PLAIN: Mapping[type[Event], str] = {
    AppointmentCreated: lazy_gettext("Appointment booked"),
    AppointmentReprojected: lazy_gettext(
        "Calendar entry corrected after a change of time-zone law"
    ),
    AppointmentRestored: lazy_gettext("Cancellation taken back"),
    ReminderDue: lazy_gettext("Reminder due"),
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
    channel = _CHANNELS.get(message.channel, message.channel.capitalize())
    if viewer.role not in STAFF:
        outcome = outcome_in_short(message)
        text = gettext("%(channel)s to you: %(outcome)s", channel=channel, outcome=outcome)
        return ToldPerson(text=text, seen=seen_of(message), words="", id=None)
    unsent = message.state in ("failed", "parked")
    return ToldPerson(
        text=gettext(
            "%(channel)s to %(recipient)s: %(outcome)s",
            channel=channel,
            recipient=message.recipient,
            outcome=outcome_words(message),
        ),
        seen=seen_of(message),
        words=message.last_words if unsent else "",
        id=message.id if viewer.role in DESK else None,
    )


def _what(event: Event) -> str:
    match event:
        case AppointmentMoved(previous=previous):
            return gettext(
                "Moved from %(time)s with %(doctor)s",
                time=shown(previous).words,
                doctor=previous.doctor_name,
            )
        case AppointmentCancelled(reason=reason):
            return (
                gettext("Cancelled: %(reason)s", reason=reason_words(reason))
                if reason
                else gettext("Appointment cancelled")
            )
        case PatientAddressChanged(email=email, previous_email=previous):
            return gettext(
                "Patient’s address changed from %(previous)s to %(email)s",
                previous=previous,
                email=email,
            )
        case AppointmentMarked(status="booked", previous_status=previous_status):
            return gettext("“%(status)s” taken back", status=shown_status(previous_status).word)
        case AppointmentMarked(status=status):
            return gettext("Marked as %(status)s", status=shown_status(status).word.lower())
    return str(_PLAIN.get(type(event), event.kind))


def _by(event: Event, viewer: User) -> str:
    if event.actor.id == viewer.id:
        return gettext("by you")
    return gettext("by %(who)s", who=_name_of(event, viewer))


def _name_of(event: Event, viewer: User) -> str:
    actor = event.actor
    if actor.id is None:
        return clinic.current().name
    if viewer.role is Role.PATIENT and actor.role != Role.DOCTOR:
        return gettext("the practice")
    return actor.name or gettext("the practice")
