"""Entries of the audit log in words; names are looked up, as the log holds none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from domain.audit import SEEN
from domain.documents import AuditEntry
from domain.ids import Id
from domain.queries.audit import AuditFilter, Doing, PersonNamed
from webapp.languages import name_words
from webapp.presenters.audit_words import what_words
from webapp.presenters.people import role_word
from webapp.presenters.times import dated_words, iso, moment_dated

_MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class NamedLink:
    """A person's name, and where their entries are."""

    name: str
    href: str


@dataclass(frozen=True, kw_only=True)
class AuditLine:
    """One entry: when, who, what, whose; `more`: how many further people it is about.

    `days`: the first and the last one of what was offered or taken; `times`: how many it is.
    """

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
    days: list[str]
    times: str


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
        what=what_words(entry.what),
        code=entry.what,
        seen=seen,
        people=[_link(one, "person", names) for one in entry.people[:_MOST_NAMED]],
        more=_more(len(entry.people) - _MOST_NAMED),
        appointment=_appointment(entry),
        days=[dated_words(date.fromisoformat(day)) for day in entry.days],
        times=_times(entry.times),
    )


def _appointment(entry: AuditEntry) -> str | None:
    """Return where the one appointment is that an entry is about, if it is about one."""
    if not entry.what.startswith((SEEN, "appointment.")) or entry.subjects == entry.people:
        return None
    one = entry.subjects[0] if len(entry.subjects) == 1 and entry.people else None
    return url_for("appointments.show", appointment_id=one) if one else None


def _times(number: int) -> str:
    return str(ngettext("%(num)s time", "%(num)s times", number)) if number else ""


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
