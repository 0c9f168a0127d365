"""Whose turn it is: for one subject and recipient, messages go in the order of their events."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from domain import clock
from domain.ids import Id
from domain.reading import read_readable
from listeners.deliveries import overtake
from listeners.documents import UNSETTLED, WAITING, Delivery, DeliveryState, InLine
from listeners.kinds import about_times, makes_untrue

# What an older one waits for may end sooner than it was told: staff send it again, or give it up.
_LONGEST_WAIT = timedelta(seconds=60)


class Turn(Enum):
    """What a claimed delivery may do now."""

    GO = "go"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True)
class Wait:
    """An older one goes first. It is not looked at again before `until`, nor need this one be."""

    until: datetime


async def turns_of(claimed: Sequence[Delivery], ends: Mapping[Id, datetime]) -> list[Turn | Wait]:
    """Tell whether claimed deliveries are still true and first; older ones that wait give way.

    `ends`: until when some of them are of any use, by their ids. Older ones that are still true go
    first, but for those that are parked, perhaps for ever, or not tried before that end. Asked
    after the claim: of two that are claimed at once, each sees the other, the older one goes, or
    gives up, and the newer one waits for it to be gone. Of two in the same claim an older one that
    is untrue is given up before anything is sent, so that the newer one need not wait. News of
    somebody's account never make each other untrue, and all go.
    """
    subjects = [delivery.subject_id for delivery in claimed]
    about, _ = await read_readable(Delivery, {"subject_id": {"$in": subjects}}, InLine)
    line: defaultdict[object, list[InLine]] = defaultdict(list)
    for other in about:
        line[_line(other)].append(other)
    mine = {delivery.id for delivery in claimed}
    return [
        await _turn(delivery, line[_line(delivery)], mine, ends.get(delivery.id))
        for delivery in claimed
    ]


async def _turn(
    delivery: Delivery, others: Sequence[InLine], mine: set[Id], end: datetime | None
) -> Turn | Wait:
    if not about_times(delivery.event_kind):
        return Turn.GO
    if any(_is_overtaken(delivery, other) for other in others):
        return Turn.OVERTAKEN
    older = [other for other in others if _place(other) < _place(delivery)]
    untrue = [other for other in older if _is_overtaken(other, delivery)]
    busy = [await _busy_until(other) for other in untrue if other.id not in mine]
    busy += [_first_until(other, end) for other in older if other not in untrue]
    times = [moment for moment in busy if moment is not None]
    return Wait(min(max(times), clock.now() + _LONGEST_WAIT)) if times else Turn.GO


async def _busy_until(untrue: InLine) -> datetime | None:
    """Give an older delivery up if it waits; return until when it may still arrive, if it may."""
    now = clock.now()
    if untrue.state in WAITING:
        return None if await overtake(untrue) else now
    is_sent_now = untrue.state is DeliveryState.SENDING and untrue.due_at > now
    return now if is_sent_now else None


def _first_until(true: InLine, end: datetime | None) -> datetime | None:
    """Return until when an older delivery that is to go first is not even tried, if it goes.

    `end`: from when on it is of no use to wait for it.
    """
    if true.state not in UNSETTLED:
        return None
    if true.state not in WAITING:
        return clock.now()
    if end is not None and true.due_at >= end:
        return None
    return max(clock.now(), true.due_at)


def _is_overtaken(one: Delivery | InLine, other: Delivery | InLine) -> bool:
    return _place(other) > _place(one) and makes_untrue(other.event_kind, one.event_kind)


def _line(delivery: Delivery | InLine) -> tuple[Id, str, str]:
    return delivery.subject_id, delivery.channel, delivery.recipient


def _place(delivery: Delivery | InLine) -> tuple[int, object, Id]:
    # Clocks of two machines may disagree; which version of an appointment it tells of does not.
    return delivery.sequence, delivery.occurred_at, delivery.event_id
