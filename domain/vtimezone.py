"""A zone's rules as iCalendar tells them."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_SPAN = 2


@lru_cache(maxsize=64)
def timezone_around(zone: str, year: int) -> Timezone:
    """Return a VTIMEZONE that holds from the year before to the year after."""
    timezone = Timezone.from_tzid(
        zone, first_date=date(year - 1, 1, 1), last_date=date(year + _SPAN, 1, 1)
    )
    for rule in timezone.subcomponents:
        if isinstance(rule, TimezoneStandard | TimezoneDaylight):
            _correct_onset(rule)
    return timezone


@lru_cache(maxsize=64)
def timezone_lines(zone: str, year: int) -> bytes:
    """Return the same as it is written: most of a calendar file, and equal in nearly all."""
    return bytes(timezone_around(zone, year).to_ical())


def _correct_onset(rule: TimezoneStandard | TimezoneDaylight) -> None:
    """Say when a rule begins by the clock before the change, as RFC 5545, 3.6.5 asks.

    Where the clock is turned forward the library says it by the clock after the change, which
    would begin the rule as much too late.
    """
    gap = rule.TZOFFSETTO - rule.TZOFFSETFROM
    if gap <= timedelta(0):
        return
    rule.DTSTART -= gap
    dates = [one for (one, *_) in rule.rdates if isinstance(one, datetime)]
    if dates:
        del rule["RDATE"]
        rule.add("rdate", [one - gap for one in dates])
