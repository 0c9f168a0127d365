"""How many messages wait or lie parked, for how long, and which events have none: as stored."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from prometheus_client.core import GaugeMetricFamily, Metric

from domain import clock
from domain.documents import EventRecord
from listeners.documents import UNSETTLED, Delivery, DeliveryState

_WAITED_FOR = 2.0
_REMEMBERED = timedelta(seconds=5)
# Each event is handled within seconds, but for those that no process can tell.
_BEGINNING, _HANDLED_WITHIN = datetime(2000, 1, 1, tzinfo=UTC), timedelta(minutes=1)
_SHOWN = (*UNSETTLED, DeliveryState.PARKED)
_GROUPS: list[dict[str, Any]] = [
    {"$match": {"state": {"$in": list(_SHOWN)}}},
    {
        "$group": {
            "_id": {"state": "$state", "channel": "$channel"},
            "number": {"$sum": 1},
            "oldest": {"$min": "$created_at"},
        }
    },
]
Group = tuple[str, str, int, datetime]


class Waiting:
    """Counts what is not settled, at most every five seconds.

    A long backlog takes a while to count: whoever asks meanwhile is told what was counted last.
    """

    def __init__(self) -> None:
        self._groups: list[Group] = []
        self._unhandled = 0
        self._counted_at = clock.now() - _REMEMBERED
        self._counting: asyncio.Task[None] | None = None

    async def figures(self) -> Sequence[Metric]:
        """Return the figures, after two seconds at most."""
        if self._counting is not None and self._counting.done():
            self._counting = None
        if self._counting is None and clock.now() - self._counted_at >= _REMEMBERED:
            self._counting = asyncio.create_task(self._count())
        if self._counting is not None:
            await asyncio.wait([self._counting], timeout=_WAITED_FOR)
            if self._counting.done():
                self._counting.result()
        return [*_told(self._groups, clock.now()), _unhandled(self._unhandled)]

    async def _count(self) -> None:
        counted = Delivery.get_motor_collection().aggregate(_GROUPS)
        self._groups = [
            (one["_id"]["state"], one["_id"]["channel"], one["number"], one["oldest"])
            async for one in counted
        ]
        long_ago = {"$gte": _BEGINNING, "$lte": clock.now() - _HANDLED_WITHIN}
        self._unhandled = await EventRecord.find(
            {"handled": False, "occurred_at": long_ago}
        ).count()
        self._counted_at = clock.now()


def _told(groups: Sequence[Group], now: datetime) -> list[Metric]:
    number = GaugeMetricFamily(
        "bookwell_deliveries",
        "Messages that are not settled, by state.",
        labels=["channel", "state"],
    )
    oldest = GaugeMetricFamily(
        "bookwell_oldest_waiting_seconds",
        "Since when the oldest message waits that is to be sent.",
        labels=["channel"],
    )
    counts = {(channel, state): count for state, channel, count, _ in groups}
    since: defaultdict[str, datetime] = defaultdict(lambda: now)
    for state, channel, _, first in groups:
        if state in UNSETTLED:
            since[channel] = min(since[channel], first)
    for channel in sorted({"email", *(channel for channel, _ in counts)}):
        for state in _SHOWN:
            number.add_metric([channel, state.value], counts.get((channel, state.value), 0))
        oldest.add_metric([channel], (now - since[channel]).total_seconds())
    return [number, oldest]


def _unhandled(number: int) -> Metric:
    return GaugeMetricFamily(
        "bookwell_unhandled_events",
        "Events of which nobody was told within a minute; the log says why.",
        value=number,
    )
