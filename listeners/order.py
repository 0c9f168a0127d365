"""Whose turn it is: for one subject and recipient, messages go in the order of their events."""

from enum import Enum

from domain import clock
from domain.ids import Id
from listeners.deliveries import overtake
from listeners.documents import WAITING, Delivery, DeliveryState


class Turn(Enum):
    """What a claimed delivery may do now."""

    GO = "go"
    WAIT = "wait"
    OVERTAKEN = "overtaken"


async def turn_of(delivery: Delivery) -> Turn:
    """Tell whether a claimed delivery is still true and first; older ones that wait give way.

    Asked after the claim: of two that are claimed at once, each sees the other, the older one
    gives up and the newer one waits for it to be gone.
    """
    others = await Delivery.find(
        {
            "subject_id": delivery.subject_id,
            "channel": delivery.channel,
            "recipient": delivery.recipient,
        }
    ).to_list()
    if any(_place(other) > _place(delivery) for other in others):
        return Turn.OVERTAKEN
    older = [other for other in others if other.id != delivery.id]
    gone = [await _gone(other) for other in older]
    return Turn.GO if all(gone) else Turn.WAIT


async def _gone(older: Delivery) -> bool:
    """Tell whether an older delivery can no longer reach the recipient after this one."""
    if older.state in WAITING:
        return await overtake(older)
    return older.state is not DeliveryState.SENDING or older.due_at <= clock.now()


def _place(delivery: Delivery) -> tuple[object, Id]:
    return delivery.occurred_at, delivery.event_id
