"""Spans of time to ask the database for: with two ends, as it reads all that one leaves open."""

from datetime import datetime, timedelta

from domain import clock
from domain.series import LONGEST_SLOT

Span = dict[str, datetime]
_LONG = timedelta(days=50 * 366)


def ahead() -> Span:
    """Return the filter for what is yet to come."""
    now = clock.now()
    return {"$gt": now, "$lt": now + _LONG}


def not_over() -> Span:
    """Return the filter for what may not have ended yet."""
    now = clock.now()
    return {"$gt": now - LONGEST_SLOT, "$lt": now + _LONG}


def ever() -> Span:
    """Return the filter for all there is."""
    now = clock.now()
    return {"$gte": now - _LONG, "$lt": now + _LONG}
