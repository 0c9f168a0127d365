"""Times and names as a person reads them in a message."""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Protocol

from babel import Locale
from babel.dates import format_date, format_time

from domain import clinic
from domain.actions.withdrawing import DEFAULT_REASON
from domain.events import PasswordResetRequested
from domain.sealing import Confidential
from domain.walltime import moments, zone_named
from translations.catalogues import catalogue
from translations.locales import language_of, locale_of
from translations.places import abbreviation, city_of, has_city

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


class OnTheClock(Protocol):
    """Facts that know their wall time: `wall_start` is naive ISO 8601."""

    @property
    def wall_start(self) -> str:
        """The wall time that was meant."""

    @property
    def fold(self) -> int:
        """1 for the second of two equal wall times."""

    @property
    def zone(self) -> str:
        """The practice's IANA zone."""


class Lasting(Protocol):
    """Facts that know when they start and end."""

    @property
    def starts_at(self) -> datetime:
        """Aware UTC."""

    @property
    def ends_at(self) -> datetime:
        """Aware UTC."""


def when(facts: OnTheClock, locale: Locale | None = None) -> str:
    """Return "Tuesday 1 December 2026, 14:30 (Berlin time, CET)"."""
    return _in_full(facts.wall_start, facts.fold, facts.zone, locale or _practice_locale())


def short_when(facts: OnTheClock, locale: Locale | None = None) -> str:
    """Return the same for a subject line: with the zone only where two times would read alike."""
    if len(moments(datetime.fromisoformat(facts.wall_start), zone_named(facts.zone))) > 1:
        return when(facts, locale)
    local = _local(facts.wall_start, facts.fold, facts.zone)
    return _full(local, locale or _practice_locale())


def moment(at: datetime, zone: str, locale: Locale | None = None) -> str:
    """Return a UTC moment as a clock in the zone shows it, with the zone named."""
    locale, local = locale or _practice_locale(), at.astimezone(zone_named(zone))
    return f"{_full(local, locale)} ({_zone_in_words(local, zone, locale)})"


def day(of: date, locale: Locale | None = None) -> str:
    """Return "Tuesday 1 December 2026"."""
    locale = locale or _practice_locale()
    pattern = "EEEE d MMMM y" if str(locale) == "en_GB" else "full"
    return format_date(of, pattern, locale=locale)


def minutes(of: Lasting) -> int:
    """Return how many minutes something lasts."""
    return round((of.ends_at - of.starts_at).total_seconds() / 60)


def reason(given: Confidential, locale: Locale | None = None) -> str:
    """Return why something was cancelled, as typed; what stands for no reason is translated."""
    text = str(given)
    if text != str(DEFAULT_REASON):
        return text
    return catalogue((locale or _practice_locale()).language).gettext(text)


def held_minutes(request: PasswordResetRequested) -> int:
    """Return how many minutes the link to a new password holds."""
    return round((request.expires_at - request.occurred_at).total_seconds() / 60)


def one_line(text: str) -> str:
    """Return text without line breaks, control characters and reversals of reading order."""
    return _TURNS.sub("", _BREAKS.sub(" ", text))


def opening(sentence: str, locale: Locale) -> str:
    """Return the sentence after a greeting, as a paragraph of its own begins.

    After "Hello Ann," a sentence goes on in the same paragraph with a small letter. German does so
    in the next one, too.
    """
    return sentence if locale.language == "de" else sentence[:1].upper() + sentence[1:]


@lru_cache(maxsize=512)
def _in_full(wall_start: str, fold: int, zone: str, locale: Locale) -> str:
    """Return a time with its zone; a message says it more than once."""
    local = _local(wall_start, fold, zone)
    return f"{_full(local, locale)} ({_zone_in_words(local, zone, locale)})"


def _local(wall_start: str, fold: int, zone: str) -> datetime:
    # The wall time that was meant holds, even if the zone's rules have changed since.
    return datetime.fromisoformat(wall_start).replace(tzinfo=zone_named(zone), fold=fold)


def _full(local: datetime, locale: Locale) -> str:
    clock = format_time(local, "short", tzinfo=local.tzinfo, locale=locale)
    say = catalogue(locale.language).gettext
    return say("%(day)s, %(clock)s") % {"day": day(local, locale), "clock": clock}


def _zone_in_words(local: datetime, zone: str, locale: Locale) -> str:
    say = catalogue(locale.language).gettext
    name = abbreviation(local)
    if not has_city(zone_named(zone)):
        return name
    city = city_of(zone_named(zone), locale)
    return say("%(city)s time, %(abbreviation)s") % {"city": city, "abbreviation": name}


def _practice_locale() -> Locale:
    practice = clinic.current().locale
    return locale_of(language_of(practice), practice)
