"""Entries of the audit log in words; names are looked up, as the log holds none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from domain.audit import SEEN
from domain.documents import AuditEntry
from domain.ids import Id
from domain.queries.audit import AuditFilter, Doing, PersonNamed
from webapp.languages import name_words
from webapp.presenters.people import role_word
from webapp.presenters.times import iso, moment_dated

_MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class NamedLink:
    """A person's name, and where their entries are."""

    name: str
    href: str


@dataclass(frozen=True, kw_only=True)
class AuditLine:
    """One entry: when, who, what, whose; `more`: how many further people it is about."""

    iso: str
    when: str
    actor: NamedLink | None
    role: str
    what: str
    code: str
    seen: bool
    people: list[NamedLink]
    more: str
    appointment: str | None


def ids_in(entries: Sequence[AuditEntry]) -> set[Id]:
    """Return whose names a page of the log needs."""
    return {one for entry in entries for one in _named(entry)}


def audit_lines(entries: Sequence[AuditEntry], names: Mapping[Id, PersonNamed]) -> list[AuditLine]:
    """Return entries as lines of the page."""
    return [_line(entry, names) for entry in entries]


def audit_address(wanted: AuditFilter, **changes: object) -> str:
    """Return the address of a page of the log."""
    said: dict[str, Any] = {
        "person": wanted.person_id,
        "actor": wanted.actor_id,
        "doing": wanted.doing,
        "before": wanted.before,
        **changes,
    }
    words: dict[str, Any] = {name: str(one) for name, one in said.items() if one}
    return url_for("audit.index", **words)


def doing_tabs(wanted: AuditFilter) -> list[tuple[str, str, bool]]:
    """Return the ways to narrow the log: word, address, whether it is this one."""
    ways = [
        (None, gettext("All")),
        (Doing.SEEN, gettext("Seen")),
        (Doing.CHANGED, gettext("Changed")),
    ]
    return [
        (word, audit_address(wanted, doing=doing, before=None), wanted.doing == doing)
        for doing, word in ways
    ]


def _named(entry: AuditEntry) -> list[Id]:
    return [*([entry.actor_id] if entry.actor_id else []), *entry.people[:_MOST_NAMED]]


def _line(entry: AuditEntry, names: Mapping[Id, PersonNamed]) -> AuditLine:
    seen = entry.what.startswith(SEEN)
    return AuditLine(
        iso=iso(entry.at),
        when=moment_dated(entry.at),
        actor=_link(entry.actor_id, "actor", names) if entry.actor_id else None,
        role=role_word(entry.actor_role),
        what=_words(entry.what),
        code=entry.what,
        seen=seen,
        people=[_link(one, "person", names) for one in entry.people[:_MOST_NAMED]],
        more=_more(len(entry.people) - _MOST_NAMED),
        appointment=_appointment(entry),
    )


def _appointment(entry: AuditEntry) -> str | None:
    """Return where the one appointment is that an entry is about, if it is about one."""
    if not entry.what.startswith((SEEN, "appointment.")) or entry.subjects == entry.people:
        return None
    one = entry.subjects[0] if len(entry.subjects) == 1 and entry.people else None
    return url_for("appointments.show", appointment_id=one) if one else None


def _more(rest: int) -> str:
    if rest <= 0:
        return ""
    return str(ngettext("and %(num)d more person", "and %(num)d more people", rest))


def _link(person_id: Id, side: str, names: Mapping[Id, PersonNamed]) -> NamedLink:
    known = names.get(person_id)
    return NamedLink(
        name=name_words(known.name) if known else gettext("Somebody who is not known any more"),
        href=audit_address(AuditFilter(), **{side: person_id}),
    )


def _words(what: str) -> str:
    words = {
        "appointment.created": gettext("Booked an appointment"),
        "appointment.cancelled": gettext("Cancelled an appointment"),
        "appointment.moved": gettext("Moved an appointment"),
        "appointment.restored": gettext("Took a cancellation back"),
        "appointment.marked": gettext("Noted what became of a visit"),
        "patient.address_changed": gettext("Changed a patient's address"),
        "person.changed": gettext("Changed their name or telephone"),
        "second_factor.added": gettext("Added a second factor"),
        "second_factor.removed": gettext("Removed the second factor"),
        "email.confirmation_requested": gettext("Registered, or asked to confirm the address"),
        "email.confirmed": gettext("Confirmed the address"),
        "accounts.joined": gettext("Brought two accounts together"),
        "password.changed": gettext("Changed the password"),
        "person.erased": gettext("Erased a person"),
        "slot.created": gettext("Offered a time"),
        "slots.created": gettext("Offered a series of times"),
        "slot.deleted": gettext("Withdrew a time"),
        "slots.deleted": gettext("Withdrew a series of times"),
        "slots.closed": gettext("Closed days of a doctor"),
        "slots.reopened": gettext("Took the closing of days back"),
        "staff.added": gettext("Added a colleague"),
        "staff.changed": gettext("Changed a colleague's account"),
        "staff.deactivated": gettext("Closed a colleague's account"),
        "staff.reactivated": gettext("Opened a colleague's account again"),
        "seen:appointments.show": gettext("Saw an appointment"),
        "seen:calendar_file.download": gettext("Downloaded a calendar entry"),
        "seen:calendar.week": gettext("Saw a calendar"),
        "seen:desk.index": gettext("Saw the desk's list"),
        "seen:desk_export.csv": gettext("Downloaded the desk's list"),
        "seen:desk_export.paper": gettext("Printed the desk's list"),
        "seen:desk.changes": gettext("Saw the desk's list"),
        "seen:desk_away.ask": gettext("Saw what a doctor's absence affects"),
        "seen:desk_booking.search": gettext("Looked for a patient"),
        "seen:desk_booking.who": gettext("Saw a patient while booking"),
        "seen:notifications.index": gettext("Saw the list of messages"),
        "seen:notifications.show": gettext("Saw a message"),
        "seen:patients.search": gettext("Looked for a patient"),
        "seen:patients.ask": gettext("Saw whom to erase"),
        "seen:patients.erase": gettext("Saw whom to erase"),
        "seen:audit.index": gettext("Read this log"),
    }
    if what in words:
        return words[what]
    return gettext("Saw data while working") if what.startswith(SEEN) else what
