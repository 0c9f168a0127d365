"""Babel's ways of writing dates and times, each distinct one written once.

A week of forty times or a page of fifty appointments has few different days and clock times,
and looking up a locale's pattern and names for each of them took most of a page's time.
"""

from datetime import date, datetime, time
from functools import lru_cache

from babel import Locale, dates


@lru_cache(maxsize=4096)
def format_date(day: date, pattern: str, locale: Locale) -> str:
    """Return a day as a pattern writes it."""
    return dates.format_date(day, pattern, locale=locale)


def format_skeleton(skeleton: str, day: date, locale: Locale) -> str:
    """Return a day as a locale writes what a skeleton names; of a moment, its day alone."""
    if isinstance(day, datetime):
        day = day.date()
    return _by_skeleton(skeleton, day, locale)


def format_time(local: datetime, style: str, locale: Locale) -> str:
    """Return the clock time of a moment."""
    return _clock(local.hour, local.minute, style, locale)


@lru_cache(maxsize=4096)
def _by_skeleton(skeleton: str, day: date, locale: Locale) -> str:
    return dates.format_skeleton(skeleton, day, locale=locale)


@lru_cache(maxsize=8192)
def _clock(hour: int, minute: int, style: str, locale: Locale) -> str:
    # A clock time is one word: "9:30" without its "am" on the next line would be another time.
    return dates.format_time(time(hour, minute), style, locale=locale).replace(
        " ", "\N{NO-BREAK SPACE}"
    )
