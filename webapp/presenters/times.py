"""Times in words that a person uses, in the reader's zone, and in the practice's if it differs."""

import datetime as dt
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from babel import Locale

from domain import clinic, clock
from domain.walltime import today, zone_named
from translations.catalogues import catalogue
from translations.places import abbreviation, city_of, has_city
from webapp.presenters.formats import (
    format_date,
    format_skeleton,
    format_time,
)
from webapp.presenters.reader import Reader, reader

_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


class Timed(Protocol):
    """A slot or an appointment."""

    @property
    def starts_at(self) -> datetime: ...  # noqa: D102
    @property
    def ends_at(self) -> datetime: ...  # noqa: D102
    @property
    def wall_start(self) -> str: ...  # noqa: D102
    @property
    def fold(self) -> int: ...  # noqa: D102
    @property
    def zone(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class ShownTime:
    """A time as a page says it.

    `iso`, `iso_end`: UTC with Z. `words`: "Tuesday 1 December, 14:30". `day`: "Tuesday
    1 December". `short_day`: "Tue 1 Dec". `clock`, `until`: "14:30", "15:00". `zone`: "Berlin
    time". `practice`: the same time in the practice's zone ("Tuesday 1 December, 20:30 Berlin
    time"), None where the reader's zone shows no other; `practice_clock`: its short form ("20:30
    Berlin time"), with the day where that differs, too; `practice_brief`: the clock alone, with the
    weekday where that differs, for where the zone is said once; `practice_hour`: without it. `date`
    is the reader's, `practice_date` the practice's. `dated`: `words` with the year, for what is
    kept: a paper.
    """

    iso: str
    iso_end: str
    date: date
    day: str
    short_day: str
    clock: str
    until: str
    minutes: int
    zone: str
    practice: str | None
    practice_clock: str | None
    practice_brief: str | None
    practice_hour: str | None
    practice_date: dt.date
    words: str
    dated: str


def shown(timed: Timed, who: Reader | None = None) -> ShownTime:
    """Return how the reader sees a slot's or appointment's time."""
    who = who or reader()
    length = timed.ends_at - timed.starts_at
    this_year = today(clock.now(), clinic.current().zone).year
    return _shown(timed.wall_start, timed.fold, timed.zone, length, who.zone, who.locale, this_year)


@lru_cache(maxsize=8192)
def _shown(
    wall_start: str,
    fold: int,
    zone: str,
    length: timedelta,
    readers_zone: ZoneInfo,
    locale: Locale,
    _this_year: int,
) -> ShownTime:
    """Return a time as a page says it; many rows and many pages say the same one."""
    start = moment_meant(wall_start, fold, zone)
    end = start.astimezone(UTC) + length
    local, local_end = start.astimezone(readers_zone), end.astimezone(readers_zone)
    day, begins = day_words(local.date(), locale), clock_words(local, locale)
    elsewhere = start.utcoffset() != local.utcoffset()
    return ShownTime(
        iso=iso(start),
        iso_end=iso(end),
        date=local.date(),
        words=_day_and_clock(day, begins, locale),
        dated=_day_and_clock(dated_words(local.date(), locale), begins, locale),
        day=day,
        short_day=_in_two_lines(format_skeleton("MMMEd", local, locale=locale)),
        clock=begins,
        until=clock_words(local_end, locale),
        minutes=int(length.total_seconds()) // 60,
        zone=zone_words(readers_zone, locale),
        practice=_in_practice(start, locale) if elsewhere else None,
        practice_clock=_clock_in_practice(start, local, locale) if elsewhere else None,
        practice_brief=_brief_in_practice(start, local, locale) if elsewhere else None,
        practice_hour=clock_words(start, locale) if elsewhere else None,
        practice_date=start.date(),
    )


def meant(timed: Timed) -> tuple[datetime, datetime]:
    """Return start and end in the practice's zone.

    They follow from the wall time that was meant: the stored UTC is that of the day on which the
    slot was offered, and the zone's rules may have changed since.
    """
    start = moment_meant(timed.wall_start, timed.fold, timed.zone)
    return start, start.astimezone(UTC) + (timed.ends_at - timed.starts_at)


@lru_cache(maxsize=8192)
def moment_meant(wall_start: str, fold: int, zone: str) -> datetime:
    """Return the moment of a wall time, in the zone in which it was meant."""
    return datetime.fromisoformat(wall_start).replace(tzinfo=zone_named(zone), fold=fold)


def day_of(timed: Timed) -> date:
    """Return the date on the practice's clock."""
    return meant(timed)[0].date()


def moment_words(moment: datetime) -> str:
    """Return a moment of the past or future in the reader's zone: "Tuesday 1 December, 14:30"."""
    who = reader()
    local = moment.astimezone(who.zone)
    day, at = day_words(local.date(), who.locale), clock_words(local, who.locale)
    return _day_and_clock(day, at, who.locale)


def moment_dated(moment: datetime) -> str:
    """Return a moment with the year, for what is kept: "Tuesday 1 December 2026, 14:30"."""
    who = reader()
    local = moment.astimezone(who.zone)
    return _day_and_clock(
        dated_words(local.date(), who.locale), clock_words(local, who.locale), who.locale
    )


def now_dated() -> str:
    """Return this moment in the same words."""
    return moment_dated(clock.now())


def moment_clock(moment: datetime) -> str:
    """Return the reader's clock at a moment: "14:30"."""
    who = reader()
    return clock_words(moment.astimezone(who.zone), who.locale)


def day_words(day: date, locale: Locale | None = None) -> str:
    """Return "Tuesday 1 December", with the year when it is not this year's."""
    locale = locale or reader().locale
    if day.year != today(clock.now(), clinic.current().zone).year:
        return dated_words(day, locale)
    return format_date(day, _long("MMMEd", locale), locale=locale)


def dated_words(day: date, locale: Locale | None = None) -> str:
    """Return "Tuesday 1 December 2026"."""
    locale = locale or reader().locale
    return format_date(day, _long("yMMMEd", locale), locale=locale)


def short_day_words(day: date, *, dated: bool = False) -> str:
    """Return "Tue 1 Dec"; `dated`: with the year."""
    locale = reader().locale
    if not dated:
        return format_skeleton("MMMEd", day, locale=locale)
    pattern = _one_form(locale.datetime_skeletons["yMMMEd"].pattern, locale)
    return format_date(day, pattern, locale=locale)


def clock_words(local: datetime, locale: Locale | None = None) -> str:
    """Return "14:30"; a time that the clock shows twice says which: "02:30 (UTC+02:00)"."""
    locale = locale or reader().locale
    words = format_time(local, "short", locale=locale)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{words} (UTC{local.isoformat()[-6:]})" if twice else words


def zone_words(zone: ZoneInfo, locale: Locale | None = None) -> str:
    """Return "Berlin time", or "UTC-03:00" for a zone that is called after no place."""
    if not has_city(zone):
        return abbreviation(clock.now().astimezone(zone))
    locale = locale or reader().locale
    say = catalogue(locale.language).gettext
    return say("%(city)s time") % {"city": city_of(zone, locale)}


def iso(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC: "2026-12-01T13:30:00Z"."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@cache
def _long(skeleton: str, locale: Locale) -> str:
    """Return a locale's pattern with the names of weekday and month written out."""
    pattern = _one_form(locale.datetime_skeletons[skeleton].pattern, locale)
    return re.sub(r"MMM|LLL", "MMMM", re.sub(r"E+|c+", "EEEE", pattern))


def _in_two_lines(day: str) -> str:
    """Return "Tue 1 Dec" as Arabic on a phone needs it: no comma to hang there, no date torn."""
    weekday, _, of_month = day.partition(" ")
    return f"{weekday.rstrip('،')} {of_month.replace(' ', _NO_BREAK_SPACE)}"


def _one_form(pattern: str, locale: Locale) -> str:
    """Return it without a comma that British dates have after the weekday only before a year."""
    without_year = locale.datetime_skeletons["MMMEd"].pattern
    return pattern if without_year.startswith("E,") else re.sub(r"^E, ", "E ", pattern)


def _in_practice(start: datetime, locale: Locale) -> str:
    return _day_and_clock(day_words(start.date(), locale), _clock_and_city(start, locale), locale)


def _clock_in_practice(start: datetime, local: datetime, locale: Locale) -> str:
    words = _clock_and_city(start, locale)
    if start.date() == local.date():
        return words
    return _day_and_clock(format_skeleton("MMMEd", start, locale=locale), words, locale)


def _brief_in_practice(start: datetime, local: datetime, locale: Locale) -> str:
    words = clock_words(start, locale)
    if start.date() == local.date():
        return words
    return _day_and_clock(format_skeleton("E", start, locale=locale), words, locale)


def _day_and_clock(day: str, at: str, locale: Locale) -> str:
    say = catalogue(locale.language).gettext
    return say("%(day)s, %(clock)s") % {"day": day, "clock": at}


def _clock_and_city(start: datetime, locale: Locale) -> str:
    zone = start.tzinfo
    city = zone_words(zone, locale) if isinstance(zone, ZoneInfo) else ""
    return f"{clock_words(start, locale)} {city}"
