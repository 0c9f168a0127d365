"""What an address asks for: searches and dates."""

import re
from datetime import date, time

from flask import request

from domain.ids import Id, parse_id
from domain.walltime import within_calendar

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST_SEARCH = 100


def asked_search(name: str = "q") -> str:
    """Return what is searched for, without the signs that nobody types."""
    return _CONTROLS.sub(" ", request.args.get(name, ""))[:_LONGEST_SEARCH].strip()


def asked_day(name: str = "date") -> date | None:
    """Return the date in the address, or None if there is none that the calendar can show."""
    text = request.args.get(name, "")
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.A) else None
    except ValueError:
        return None
    return day if day and within_calendar(day) else None


def asked_id(name: str) -> Id | None:
    """Return the id in the address, or None if there is none.

    Raises:
        NotFound: what stands there is no id.
    """
    text = request.args.get(name, "")
    return parse_id(text) if text else None


def asked_clock(name: str) -> time | None:
    """Return the clock time in the address ("09:30"), or None if there is none."""
    text = request.args.get(name, "")
    try:
        return time.fromisoformat(text) if re.fullmatch(r"\d\d:\d\d", text, re.A) else None
    except ValueError:
        return None


def asked_number(name: str) -> int | None:
    """Return the small number in the address, or None if there is none."""
    text = request.args.get(name, "")
    return int(text) if re.fullmatch(r"\d{1,4}", text, re.A) else None
