"""Who reads a page: in which zone and with whose habits of writing times."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from babel import Locale
from flask import g, request

from domain import clinic
from domain.documents import User
from domain.languages import LANGUAGES
from domain.walltime import zone_named, zone_names
from translations.locales import language_of, locale_of

COOKIE = "timezone"
LANGUAGE_COOKIE = "language"


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The zone and locale in which a page is written.

    `is_located`: the zone is the reader's own; else it is the practice's, for want of a better one.
    """

    zone: ZoneInfo
    locale: Locale
    is_located: bool = True

    @property
    def key(self) -> tuple[object, ...]:
        """All that words alone follow from, to write what does not change once."""
        return (self.zone, self.locale)

    @property
    def language(self) -> str:
        """The language tag of the page."""
        return str(self.locale).replace("_", "-")

    @property
    def direction(self) -> str:
        """The direction in which its language runs: "ltr" or "rtl"."""
        return self.locale.text_direction


def reader() -> Reader:
    """Return who reads the answer to this request; the practice's zone if theirs is not known."""
    known: Reader | None = g.get("reader")
    return known or written_for(g.get("user"))


def written_for(user: User | None) -> Reader:
    """Write from here on for somebody: as their account says by now, or for this browser's owner.

    Who comes in, goes or changes how they read is told so on the next page.
    """
    practice = clinic.current()
    name = _own_zone(user)
    zone = zone_named(name) if name else practice.zone
    locale = locale_of(_language(user, practice.locale), practice.locale)
    g.reader = found = Reader(zone=zone, locale=locale, is_located=name is not None)
    return found


def _own_zone(user: User | None) -> str | None:
    """Return the zone that the account names, else the browser; None where neither is one."""
    told = (user.timezone if user else None, request.cookies.get(COOKIE))
    return next((name for name in told if name in zone_names()), None)


def _language(user: User | None, practice: str) -> str:
    """Return the language that the account names, else the switch, the browser, the practice."""
    told = (user.language if user else None, request.cookies.get(LANGUAGE_COOKIE))
    accepted = (
        tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality
    )
    spoken = (language for language in (*told, *accepted) if language in LANGUAGES)
    return next(spoken, None) or language_of(practice)
