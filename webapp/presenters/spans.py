"""The days of a list in words: of several, both have the year or neither has it."""

from collections.abc import Callable
from datetime import date

from flask_babel import gettext

from domain import clinic, clock
from domain.queries.desk_lines import DeskFilter
from domain.walltime import today
from webapp.presenters.times import dated_words, day_words, short_day_words


def days_words(wanted: DeskFilter) -> str:
    """Return "Tuesday 1 December", or the first and the last day."""
    return _span(wanted, day_wording(wanted))


def day_wording(wanted: DeskFilter) -> Callable[[date], str]:
    """Return how each of the days is said: with the year unless all are of this one."""
    return day_words if _in_this_year(wanted) else dated_words


def dated_days_words(wanted: DeskFilter) -> str:
    """Return the same with the year in any case, for what is kept: a paper."""
    return _span(wanted, dated_words)


def short_days_words(wanted: DeskFilter) -> str:
    """Return "Tue 1 Dec", or the first and the last day."""
    dated = not _in_this_year(wanted)
    return _span(wanted, lambda day: short_day_words(day, dated=dated))


def _span(wanted: DeskFilter, worded: Callable[[date], str]) -> str:
    first = worded(wanted.date)
    if wanted.is_one_day:
        return first
    return gettext("%(first)s to %(last)s", first=first, last=worded(wanted.until))


def _in_this_year(wanted: DeskFilter) -> bool:
    this_year = today(clock.now(), clinic.current().zone).year
    return wanted.date.year == wanted.until.year == this_year
