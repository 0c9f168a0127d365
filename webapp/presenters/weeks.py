"""A week of days, as pages lay it out."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from flask_babel import gettext

from domain import clinic, clock
from domain.queries.free_slots import FreeSlot, FreeTimes
from domain.walltime import today, within_calendar
from webapp.presenters.reader import reader
from webapp.presenters.times import ShownTime, dated_words, day_words, shown

_WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class FreeDay:
    """A day and its free times: "Tuesday" and "1 December" head its column.

    `comma`: what a language writes between the two in one line; it would hang at the end of a line.
    """

    date: date
    weekday: str
    comma: str
    day_of_month: str
    is_today: bool
    times: list[tuple[FreeSlot, ShownTime]]


@dataclass(frozen=True, kw_only=True)
class FreeWeek:
    """A week of days; `before` and `after` are the dates to go to, None at the calendar's end.

    `dated`: its words with the year. `written`: what templates have made of it, for all who see
    the same week.
    """

    first: date
    days: list[FreeDay]
    words: str
    dated: str
    before: date | None
    after: date | None
    written: dict[tuple[Any, ...], str] = field(default_factory=dict, compare=False)

    @property
    def is_empty(self) -> bool:
        """Whether no day has a free time."""
        return not any(day.times for day in self.days)

    @property
    def has_long_clocks(self) -> bool:
        """Whether times are written as "10:00 am" is, and need more room than "10:00"."""
        return any(len(when.clock) > len("10:00") for day in self.days for _, when in day.times)


def week_start(day: date) -> date:
    """Return the first day of a date's week, as the reader's locale counts."""
    return day - timedelta(days=(day.weekday() - reader().locale.first_week_day) % 7)


def free_week(first: date, slots: FreeTimes) -> FreeWeek:
    """Lay out a week's free times by the reader's days."""
    moment, who = clock.now(), reader()
    at_practice, at_reader = today(moment, clinic.current().zone), today(moment, who.zone)
    return _laid_out(first, slots, at_practice, at_reader, who.zone, who.locale)


@lru_cache(maxsize=256)
def _laid_out(
    first: date, slots: FreeTimes, now: date, at_reader: date, _zone: ZoneInfo, _locale: Locale
) -> FreeWeek:
    """Lay out a week once for all who read it in the same words.

    `now`: today's date at the practice; `at_reader`: where it is read. A reader far away may see a
    Monday morning of the practice on Sunday: such days are added.
    """
    times = sorted(((shown(slot), slot) for slot in slots), key=lambda pair: pair[0].iso)
    by_day = {
        day: [(slot, when) for when, slot in pairs]
        for day, pairs in groupby(times, key=lambda pair: pair[0].date)
    }
    last = first + timedelta(days=6)
    days = sorted({first + timedelta(days=number) for number in range(7)} | set(by_day))
    return FreeWeek(
        first=first,
        days=[_day(day, by_day.get(day, []), at_reader) for day in days],
        words=gettext("%(first)s to %(last)s", first=day_words(first), last=day_words(last)),
        dated=gettext("%(first)s to %(last)s", first=dated_words(first), last=dated_words(last)),
        before=_within(first - _WEEK) if first > now else None,
        after=_within(first + _WEEK),
    )


def _day(day: date, times: list[tuple[FreeSlot, ShownTime]], now: date) -> FreeDay:
    first, _, day_of_month = day_words(day).partition(" ")
    weekday = first.rstrip(",،")
    return FreeDay(
        date=day,
        weekday=weekday,
        comma=first.removeprefix(weekday),
        day_of_month=day_of_month,
        is_today=day == now,
        times=times,
    )


def _within(day: date) -> date | None:
    return day if within_calendar(day) else None
