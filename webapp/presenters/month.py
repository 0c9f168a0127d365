"""A doctor's month: how full each day is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain import clinic, clock
from domain.queries.calendar import DayLoad
from domain.walltime import today
from webapp.presenters.formats import format_date, format_skeleton
from webapp.presenters.reader import reader
from webapp.presenters.times import day_words
from webapp.presenters.weeks import week_start

_STEPS = 10


@dataclass(frozen=True, kw_only=True)
class MonthDay:
    """A day; `fill`: how many tenths of what is offered are taken, none if nothing is."""

    date: date
    words: str
    load: DayLoad
    is_today: bool
    is_outside: bool

    @property
    def fill(self) -> int:
        """The tenths; one as soon as anything is taken, ten only when all of it is."""
        if not self.load.taken:
            return 0
        tenths = self.load.taken * _STEPS // self.load.offered
        return max(tenths, 1)


@dataclass(frozen=True, kw_only=True)
class ShownMonth:
    """A month in weeks, filled up with the days around it."""

    first: date
    title: str
    weekdays: list[tuple[str, str]]
    weeks: list[list[MonthDay]]
    taken: int
    free: int

    @property
    def previous(self) -> date:
        """The first day of the month before."""
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def next(self) -> date:
        """The first day of the month after."""
        return _next_month(self.first)


def month_span(day: date) -> tuple[date, date]:
    """Return the first and last day that the month of a date shows."""
    first = day.replace(day=1)
    last = _next_month(first) - timedelta(days=1)
    return week_start(first), week_start(last) + timedelta(days=6)


def shown_month(day: date, loads: Mapping[date, DayLoad]) -> ShownMonth:
    """Lay out the month of a date."""
    first, (start, end) = day.replace(day=1), month_span(day)
    days = [start + timedelta(days=number) for number in range((end - start).days + 1)]
    shown = [_day(one, first, loads.get(one, DayLoad(taken=0, free=0))) for one in days]
    inside = [one for one in shown if not one.is_outside]
    return ShownMonth(
        first=first,
        title=format_skeleton("yMMMM", first, locale=reader().locale),
        weekdays=[_weekday(one) for one in days[:7]],
        weeks=[shown[number : number + 7] for number in range(0, len(shown), 7)],
        taken=sum(one.load.taken for one in inside),
        free=sum(one.load.free for one in inside),
    )


def _day(day: date, first: date, load: DayLoad) -> MonthDay:
    return MonthDay(
        date=day,
        words=day_words(day),
        load=load,
        is_today=day == today(clock.now(), clinic.current().zone),
        is_outside=day.month != first.month,
    )


def _weekday(day: date) -> tuple[str, str]:
    """Return how a week heads its day, and the name in full."""
    locale = reader().locale
    return format_date(day, "EEE", locale=locale), locale.days["stand-alone"]["wide"][day.weekday()]


def _next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)
