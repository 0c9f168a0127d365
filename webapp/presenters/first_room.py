"""Where a doctor's next time of a day is proposed."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from domain import clinic, clock
from domain.queries.calendar import CalendarEntry
from domain.walltime import GRID
from webapp.presenters.calendar_entry import ends, starts

_OPENING = time(9)


def first_room(day: date, minutes: int, entries: Sequence[CalendarEntry]) -> time:
    """Return the first clock time from nine on, and from now on, where nothing is offered yet.

    Nine if the day has no such room. `entries`: what is offered on that day, ascending.
    """
    start, length = max(datetime.combine(day, _OPENING), _soon()), timedelta(minutes=minutes)
    for entry in entries:
        begins, over = starts(entry).replace(tzinfo=None), ends(entry).replace(tzinfo=None)
        if begins < start + length and start < over:
            start = over
    is_of_the_day = (start + length - GRID).date() == day
    return start.time() if is_of_the_day else _OPENING


def _soon() -> datetime:
    """Return the next moment at which a time can begin, on the practice's clock."""
    now = clock.now().astimezone(clinic.current().zone).replace(tzinfo=None)
    midnight = datetime.combine(now, time())
    return midnight + GRID * ((now - midnight) // GRID + 1)
