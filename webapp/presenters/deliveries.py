"""Messages and what became of them, in words. A mail server accepts; only a person receives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext, lazy_gettext, ngettext

from domain import clock
from domain.documents import Appointment
from domain.ids import Id
from webapp.presenters.narrowing import search_words, status_words
from webapp.presenters.times import iso, moment_words
from webapp.trace import Delivery, deliveries

MOST_COUNTED = 100


@dataclass(frozen=True, kw_only=True)
class ShownState:
    """A state: its word, a mark beside it and the name of its colour."""

    word: str
    mark: str
    tone: str


STATES: Mapping[str, ShownState] = {
    "parked": ShownState(word=lazy_gettext("Not sent"), mark="!", tone="missed"),
    "failed": ShownState(word=lazy_gettext("To be tried again"), mark="↻", tone="arrived"),
    "pending": ShownState(word=lazy_gettext("Waiting"), mark="○", tone="free"),
    "sending": ShownState(word=lazy_gettext("Being sent"), mark="…", tone="booked"),
    "sent": ShownState(word=lazy_gettext("Accepted"), mark="✓", tone="completed"),
    "superseded": ShownState(word=lazy_gettext("Out of date"), mark="✕", tone="cancelled"),
}
PERHAPS_SENT = ShownState(word=lazy_gettext("Perhaps sent"), mark="?", tone="missed")
_KINDS = {
    "appointment.created": lazy_gettext("Booking confirmed"),
    "appointment.moved": lazy_gettext("Appointment moved"),
    "appointment.cancelled": lazy_gettext("Appointment cancelled"),
    "appointment.restored": lazy_gettext("Cancellation taken back"),
    "appointment.reminder": lazy_gettext("Reminder"),
    "appointment.reprojected": lazy_gettext("Calendar entry corrected"),
    "email.confirmation_requested": lazy_gettext("Link to confirm an address"),
    "password.reset_requested": lazy_gettext("Link to a new password"),
    "password.changed": lazy_gettext("Password changed"),
    "second_factor.added": lazy_gettext("Second factor added"),
    "second_factor.removed": lazy_gettext("Second factor removed"),
    "slot.created": lazy_gettext("Time offered"),
    "slots.created": lazy_gettext("Series of times offered"),
    "slots.deleted": lazy_gettext("Series of times withdrawn"),
    "slots.closed": lazy_gettext("Days closed"),
    "slots.reopened": lazy_gettext("Days open again"),
    "slot.deleted": lazy_gettext("Time withdrawn"),
}
_ABOUT = {
    "appointment": lazy_gettext("An appointment that is no longer kept"),
    "slot": lazy_gettext("The doctor’s own time"),
    "slots": lazy_gettext("The doctor’s own time"),
}
_ACCOUNT = lazy_gettext("The recipient’s account")
_UNSENT = frozenset({"failed", "parked"})
_UNDER_WAY = frozenset({"pending", "sending"})


@dataclass(frozen=True, kw_only=True)
class ShownDelivery:
    """A message as a line: what it says, about what, to whom, and what became of it.

    `about`: what kind of thing it is about, where there is no appointment to show. `words`: the
    server's own, where it did not accept. `resting`: a person may send it again. `untold`: what it
    means for the recipient if it is not out.
    """

    id: Id
    kind: str
    recipient: str
    appointment: Appointment | None
    about: str
    state: str
    seen: ShownState
    outcome: str
    words: str
    attempts: str
    iso: str
    made: str
    resting: bool
    untold: str
    under_way: bool


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One way to narrow the list; `number` None: nothing is counted."""

    word: str
    href: str
    number: str | None
    current: bool


@dataclass(frozen=True, kw_only=True)
class ShownAttempt:
    """One try, or who asked for another one."""

    iso: str
    when: str
    seen: ShownState
    words: str


def shown_delivery(delivery: Delivery, appointment: Appointment | None = None) -> ShownDelivery:
    """Return a message as a line of a list."""
    state = str(delivery.state)
    return ShownDelivery(
        id=delivery.id,
        kind=kind_words(delivery.event_kind),
        recipient=_recipient(delivery),
        appointment=appointment,
        about=str(_ABOUT.get(delivery.event_kind.partition(".")[0], _ACCOUNT)),
        state=state,
        seen=seen_of(delivery),
        outcome=outcome_words(delivery),
        words=delivery.last_words if state in _UNSENT else "",
        attempts=_attempts(delivery.attempts),
        iso=iso(delivery.created_at),
        made=moment_words(delivery.created_at),
        resting=state in _UNSENT,
        untold=_untold(delivery),
        under_way=state in _UNDER_WAY,
    )


def shown_deliveries(
    found: Sequence[Delivery], about: Mapping[Id, Appointment]
) -> list[ShownDelivery]:
    """Return messages as lines of a list; `about`: the appointments that they may be about."""
    return [shown_delivery(one, about.get(one.subject_id)) for one in found]


def shown_attempts(delivery: Delivery) -> list[ShownAttempt]:
    """Return what was tried so far, newest first."""
    unanswered = delivery.history[-1:] if _may_have_arrived(delivery) else []
    return [
        ShownAttempt(
            iso=iso(attempt.at),
            when=moment_words(attempt.at),
            seen=PERHAPS_SENT if attempt in unanswered else STATES[str(attempt.state)],
            words=attempt.words,
        )
        for attempt in reversed(delivery.history)
    ]


def seen_of(delivery: Delivery) -> ShownState:
    """Return the state of a message as it is shown."""
    return PERHAPS_SENT if _may_have_arrived(delivery) else STATES[str(delivery.state)]


def kind_words(kind: str) -> str:
    """Return what a kind of event's message says."""
    return _KINDS.get(kind, kind)


def outcome_words(delivery: Delivery) -> str:
    """Return what became of a message, to go on after "e-mail to …: "."""
    settled = moment_words(delivery.settled_at) if delivery.settled_at else ""
    match str(delivery.state):
        case "sent":
            return _accepted(delivery.channel, settled)
        case "failed" if delivery.due_at > clock.now():
            return gettext(
                "did not work yet, will be tried again on %(moment)s",
                moment=moment_words(delivery.due_at),
            )
        case "failed":
            return gettext("did not work yet, is about to be tried again")
        case "parked" if _may_have_arrived(delivery):
            return gettext(
                "sent without an answer, and may have arrived; given up on %(moment)s",
                moment=settled,
            )
        case "parked":
            return gettext("not sent, given up on %(moment)s", moment=settled)
        case "superseded":
            return gettext("not sent, because it was no longer true")
        case "sending":
            return gettext("being sent")
    return gettext("waiting to be sent")


def outcome_in_short(delivery: Delivery) -> str:
    """Return the same for whoever it was to be told: without servers and their clocks."""
    match str(delivery.state):
        case "sent":
            return gettext("sent")
        case "failed":
            return gettext("not sent yet, will be tried again")
        case "parked" if _may_have_arrived(delivery):
            return gettext("sent, but may not have arrived")
        case "parked":
            return gettext("not sent")
        case "superseded":
            return gettext("not sent, because it was no longer true")
        case "sending":
            return gettext("being sent")
    return gettext("waiting to be sent")


def _accepted(channel: str, moment: str) -> str:
    if channel == "email":
        return gettext("accepted by the mail server on %(moment)s", moment=moment)
    return gettext("accepted by the receiving system on %(moment)s", moment=moment)


def tabs(counts: Mapping[str, int], current: str, q: str) -> list[Tab]:
    """Return the ways to narrow the list by state, what needs somebody first."""
    every = Tab(word=gettext("All"), href=_address("", q), number=None, current=not current)
    return [every] + [
        Tab(
            word=seen.word,
            href=_address(state, q),
            number=_bounded(counts[state]) if state in counts else None,
            current=state == current,
        )
        for state, seen in STATES.items()
    ]


def narrowed_words(state: str, q: str) -> str:
    """Return to what the list is narrowed, or nothing, as paper says it."""
    status = status_words(str(STATES[state].word)) if state in STATES else ""
    return " · ".join(part for part in (status, search_words(q)) if part)


def _may_have_arrived(delivery: Delivery) -> bool:
    return str(delivery.state) == "parked" and bool(delivery.unheard or delivery.cut)


def _untold(delivery: Delivery) -> str:
    if _may_have_arrived(delivery):
        return gettext("Perhaps told")
    return gettext("Not told") if str(delivery.state) == "parked" else gettext("Not told yet")


def _recipient(delivery: Delivery) -> str:
    if deliveries().is_to_people(delivery.channel):
        return delivery.recipient
    return gettext("%(recipient)s, another system", recipient=delivery.recipient)


def list_address(state: str, q: str, after: str | None = None) -> str:
    """Return the address of a page of the list."""
    return _address(state, q, after)


def _address(state: str, q: str, after: str | None = None) -> str:
    said: dict[str, Any] = {"state": state, "q": q, "after": after or ""}
    return url_for("notifications.index", **{name: text for name, text in said.items() if text})


def _bounded(number: int) -> str:
    return f"{MOST_COUNTED - 1}+" if number >= MOST_COUNTED else str(number)


def _attempts(number: int) -> str:
    return ngettext("%(num)s attempt", "%(num)s attempts", number)
