"""Series of times by wall clock: which starts a plan amounts to, in UTC."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.errors import Invalid
from domain.sentences import Sentence
from domain.walltime import clock_times, moments, on_mark

_SHORTEST, LONGEST_MINUTES, _STEP = 5, 480, 5
LONGEST_SLOT = timedelta(minutes=LONGEST_MINUTES)
MOST_SLOTS = 1000
# Past times of a plan are counted too, but never so many that counting them holds up the loop.
_MOST_EXAMINED = 5 * MOST_SLOTS
_LONGEST_SPAN = timedelta(days=366)
_FURTHEST = timedelta(days=5 * 366)


@dataclass(frozen=True, kw_only=True)
class SeriesPlan:
    """A wish for slots, by the practice's clock.

    On these weekdays (0 = Monday) of these dates, both included, from `start` to `end`, each
    `minutes` long and `pause` minutes apart.
    """

    weekdays: frozenset[int]
    from_date: date
    until_date: date
    start: time
    end: time
    minutes: int
    pause: int = 0


@dataclass(frozen=True, kw_only=True)
class PlannedTimes:
    """The UTC starts of a plan, ascending, and how many of its times are left out.

    `nonexistent`: the clock jumps over them; `colliding`: it is turned while the start before them
    still lasts, so that they would overlap it; `past`: they have passed.
    """

    starts: list[datetime]
    nonexistent: int
    colliding: int
    past: int


def planned_times(plan: SeriesPlan, zone: ZoneInfo, now: datetime) -> PlannedTimes:
    """Return the starts that a plan amounts to in a zone.

    A wall time that the clock jumps over is left out; one that comes twice is meant twice. What
    would overlap the start before it, as the clock is turned in between, is left out, too.

    Raises:
        Invalid: a field of the plan is not possible, or no time fits into it.
    """
    _require_possible(plan, now)
    days, times = _days(plan), _times_of_day(plan)
    if len(days) * len(times) > _MOST_EXAMINED:
        raise _too_many()
    meant, nonexistent = _all_moments(days, times, zone)
    found = _apart(meant, timedelta(minutes=plan.minutes))
    ahead = [moment for moment in found if moment > now]
    if len(ahead) > MOST_SLOTS:
        raise _too_many()
    if not ahead:
        raise _refusal("until_date", "No time between these dates and hours lies ahead.")
    return PlannedTimes(
        starts=ahead,
        nonexistent=nonexistent,
        colliding=len(meant) - len(found),
        past=len(found) - len(ahead),
    )


def require_length(minutes: int) -> None:
    """Raise Invalid unless a slot may last so many minutes."""
    if not _SHORTEST <= minutes <= LONGEST_MINUTES or minutes % _STEP:
        raise _refusal(
            "minutes",
            Sentence(
                "Please choose %(least)s to %(most)s minutes, in steps of 5.",
                least=_SHORTEST,
                most=LONGEST_MINUTES,
            ),
        )


def _all_moments(days: list[date], times: list[time], zone: ZoneInfo) -> tuple[list[datetime], int]:
    found: list[datetime] = []
    nonexistent = 0
    for day in days:
        for at in times:
            at_once = moments(datetime.combine(day, at), zone)
            nonexistent += not at_once
            found += at_once
    return sorted(found), nonexistent


def _apart(meant: list[datetime], length: timedelta) -> list[datetime]:
    """Return those of some starts, which ascend, at which the one before is over."""
    found: list[datetime] = []
    for moment in meant:
        if not found or moment >= found[-1] + length:
            found.append(moment)
    return found


def _days(plan: SeriesPlan) -> list[date]:
    span = (plan.until_date - plan.from_date).days + 1
    days = (plan.from_date + timedelta(days=offset) for offset in range(span))
    return [day for day in days if day.weekday() in plan.weekdays]


def _times_of_day(plan: SeriesPlan) -> list[time]:
    length = timedelta(minutes=plan.minutes)
    step = length + timedelta(minutes=plan.pause)
    return list(clock_times(plan.start, plan.end, step, length))


def _too_many() -> Invalid:
    return _refusal(
        "until_date", Sentence("Please offer at most %(number)s times at once.", number=MOST_SLOTS)
    )


def _require_possible(plan: SeriesPlan, now: datetime) -> None:
    require_length(plan.minutes)
    if not plan.weekdays or not plan.weekdays <= set(range(7)):
        raise _refusal("weekdays", "Please choose at least one weekday.")
    if not 0 <= plan.pause <= LONGEST_MINUTES or plan.pause % _STEP:
        raise _refusal("pause", "Please choose a pause in steps of five minutes.")
    if plan.until_date < plan.from_date:
        raise _refusal("until_date", "The last day lies before the first.")
    if plan.until_date - plan.from_date > _LONGEST_SPAN:
        raise _refusal("until_date", "Please offer at most a year at once.")
    if plan.until_date > now.date() + _FURTHEST or plan.from_date < date(2000, 1, 1):
        raise _refusal("from_date", "Please choose days from today on, within five years.")
    _require_hours(plan)


def _require_hours(plan: SeriesPlan) -> None:
    for field, at in (("start", plan.start), ("end", plan.end)):
        if not on_mark(at):
            raise _refusal(field, "Please choose a time on a five-minute mark.")
    if plan.end != time(0) and plan.end <= plan.start:
        raise _refusal("end", "The end lies before the start.")


def _refusal(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, **{field: sentence})
