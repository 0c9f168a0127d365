"""The world's zones, and days on which something happens to their clocks."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from domain.walltime import zone_names

FIRST, LAST = date(2026, 1, 5), date(2037, 12, 20)
# The rules of the pinned package, and of no machine.
ZONES = sorted(zone_names())


@cache
def turns(zone: ZoneInfo) -> list[date]:
    """Return the UTC dates from 2026 to 2037 after which a zone's offset is another."""
    start = datetime.combine(FIRST, datetime.min.time(), tzinfo=UTC)
    weeks = [start + timedelta(weeks=number) for number in range((LAST - FIRST).days // 7)]
    turning = [week for week in weeks if _turns(zone, week, timedelta(weeks=1))]
    days = [week + timedelta(days=number) for week in turning for number in range(7)]
    return [day.date() for day in days if _turns(zone, day, timedelta(days=1))]


def _turns(zone: ZoneInfo, start: datetime, span: timedelta) -> bool:
    return start.astimezone(zone).utcoffset() != (start + span).astimezone(zone).utcoffset()


@st.composite
def days_of(draw: st.DrawFn, names: list[str]) -> tuple[ZoneInfo, date]:
    """Draw a zone and a day, most often one near a turn of its clock."""
    zone = ZoneInfo(draw(st.sampled_from(names)))
    near = turns(zone)
    if near and draw(st.integers(0, 3)):
        return zone, draw(st.sampled_from(near)) + timedelta(days=draw(st.integers(0, 1)))
    return zone, draw(st.dates(FIRST, LAST))
