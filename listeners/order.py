"""Whose turn it is: for one subject and recipient, messages go in the order of their events."""

from collections import defaultdict
from collections.abc import Sequence
from enum import Enum

from domain import clock
from domain.database import read_readable
from domain.ids import Id
from listeners.deliveries import overtake
from listeners.documents import WAITING, Delivery, DeliveryState, InLine
from listeners.kinds import about_times, makes_untrue


class Turn(Enum):
    """What a claimed delivery may do now."""

    GO = "go"
    WAIT = "wait"
    OVERTAKEN = "overtaken"


async def turn_of(delivery: Delivery) -> Turn:
    """Do the same as `turns_of` for one."""
    (turn,) = await turns_of([delivery])
    return turn


async def turns_of(claimed: Sequence[Delivery]) -> list[Turn]:
    """Tell whether claimed deliveries are still true and first; older ones that wait give way.

    Asked after the claim: of two that are claimed at once, each sees the other, the older one
    gives up and the newer one waits for it to be gone. Of two in the same claim the older one is
    given up before anything is sent, so that the newer one need not wait. News of somebody's
    account never make each other untrue, and all go.
    """
    subjects = [delivery.subject_id for delivery in claimed]
    line: defaultdict[object, list[InLine]] = defaultdict(list)
    about, _ = await read_readable(Delivery, {"subject_id": {"$in": subjects}}, InLine)
    for other in about:
        line[_line(other)].append(other)
    mine = {delivery.id for delivery in claimed}
    return [await _turn(delivery, line[_line(delivery)], mine) for delivery in claimed]


async def _turn(delivery: Delivery, others: Sequence[InLine], mine: set[Id]) -> Turn:
    if not about_times(delivery.event_kind):
        return Turn.GO
    if any(_is_overtaken(delivery, other) for other in others):
        return Turn.OVERTAKEN
    older = [other for other in others if other.id not in mine and _is_overtaken(other, delivery)]
    gone = [await _gone(other) for other in older]
    return Turn.GO if all(gone) else Turn.WAIT


async def _gone(older: InLine) -> bool:
    """Tell whether an older delivery can no longer reach the recipient after this one."""
    if older.state in WAITING:
        return await overtake(older)
    return older.state is not DeliveryState.SENDING or older.due_at <= clock.now()


def _is_overtaken(one: Delivery | InLine, other: Delivery | InLine) -> bool:
    return _place(other) > _place(one) and makes_untrue(other.event_kind, one.event_kind)


def _line(delivery: Delivery | InLine) -> tuple[Id, str, str]:
    return delivery.subject_id, delivery.channel, delivery.recipient


def _place(delivery: Delivery | InLine) -> tuple[int, object, Id]:
    # Clocks of two machines may disagree; which version of an appointment it tells of does not.
    return delivery.sequence, delivery.occurred_at, delivery.event_id
