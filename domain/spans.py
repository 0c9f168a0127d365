"""Spans of time to ask the database for: with two ends, as it reads all that one leaves open."""

from datetime import datetime, timedelta

from domain import clock

Span = dict[str, datetime]
_LONG = timedelta(days=50 * 366)
_LONGEST_TIME = timedelta(hours=8)


def ahead() -> Span:
    """Return the filter for what is yet to come."""
    now = clock.now()
    return {"$gt": now, "$lt": now + _LONG}


def not_over() -> Span:
    """Return the filter for what may not have ended: no time is longer than eight hours."""
    now = clock.now()
    return {"$gt": now - _LONGEST_TIME, "$lt": now + _LONG}


def ever() -> Span:
    """Return the filter for all there is."""
    now = clock.now()
    return {"$gte": now - _LONG, "$lt": now + _LONG}
