"""A late Wednesday morning, on which tests make the demo clinic."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain import clinic
from domain.documents import Slot
from domain.walltime import span_bounds

ZONE = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 11, 25, 11, 10, tzinfo=ZONE)
TODAY = WEDNESDAY.date()
TOMORROW, LAST_DAY = TODAY + timedelta(days=1), TODAY + timedelta(days=21)


async def slots_of(first: date, last: date) -> list[Slot]:
    start, end = span_bounds(first, last, clinic.current().zone)
    return await Slot.find({"starts_at": {"$gte": start, "$lt": end}}).to_list()
