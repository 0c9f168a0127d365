"""The steps that a delivery takes. Each is one update that names the state it starts from.

pending or failed -> sending -> sent | failed (will be tried again) | parked | superseded
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain import clock
from domain.database import change_one
from domain.ids import Id
from listeners.documents import UNSETTLED, WAITING, Delivery, DeliveryState

_KEPT_ATTEMPTS = 20
_KEPT_WORDS = 1000


class LeaseLost(Exception):
    """The lease ran out and somebody else took over; the answer comes too late to count."""


@dataclass(frozen=True)
class Claim:
    """The right to send a delivery, until the lease runs out. `delivery` is as it was before."""

    delivery: Delivery
    fence: int
    attempt: int

    @property
    def id(self) -> Id:
        """The delivery's id."""
        return self.delivery.id


async def claim(delivery_id: Id, lease: timedelta) -> Claim | None:
    """Take a delivery that is due, or whose holder's lease ran out; None if it is not to be had."""
    delivery = await Delivery.get(delivery_id)
    now = clock.now()
    if delivery is None or delivery.state not in UNSETTLED or delivery.due_at > now:
        return None
    taken = await _from(
        delivery,
        delivery.state,
        delivery.fence,
        {
            "$set": {"state": DeliveryState.SENDING, "due_at": now + lease},
            "$inc": {"fence": 1, "attempts": 1},
        },
    )
    if not taken:
        return None
    return Claim(delivery, delivery.fence + 1, delivery.attempts + 1)


async def sent(held: Claim, words: str) -> None:
    """Note that the other side accepted the message."""
    await _settle(held, DeliveryState.SENT, words, settled_at=clock.now())


async def failed(held: Claim, words: str, due_at: datetime) -> None:
    """Note that it did not work this time, and when to try again."""
    await _settle(held, DeliveryState.FAILED, words, due_at=due_at)


async def parked(held: Claim, words: str) -> None:
    """Note that trying again is of no use until a person has looked at it."""
    await _settle(held, DeliveryState.PARKED, words, settled_at=clock.now())


async def superseded(held: Claim) -> None:
    """Note that a later event has made the message untrue."""
    await _settle(held, DeliveryState.SUPERSEDED, "overtaken", settled_at=clock.now())


async def handed_back(held: Claim, due_at: datetime) -> None:
    """Return a delivery unsent, as if it had never been claimed."""
    values = {"state": DeliveryState.PENDING, "due_at": due_at}
    await _leave(held, {"$set": values, "$inc": {"attempts": -1}}, DeliveryState.PENDING)


async def overtake(waiting: Delivery) -> bool:
    """Mark a waiting delivery as superseded; False if it no longer waits."""
    if waiting.state not in WAITING:
        return False
    values = {
        "state": DeliveryState.SUPERSEDED,
        "last_words": "overtaken",
        "settled_at": clock.now(),
    }
    return await _from(waiting, waiting.state, waiting.fence, {"$set": values})


async def _settle(held: Claim, state: DeliveryState, words: str, **values: Any) -> None:
    words = words[:_KEPT_WORDS]
    attempt = {"at": clock.now(), "state": state, "words": words}
    change = {
        "$set": {"state": state, "last_words": words, **values},
        "$push": {"history": {"$each": [attempt], "$slice": -_KEPT_ATTEMPTS}},
    }
    await _leave(held, change, state)


async def _leave(held: Claim, change: dict[str, Any], state: DeliveryState) -> None:
    """Apply a change from `sending`, or raise LeaseLost; repeating one that was made is fine."""
    if await _from(held.delivery, DeliveryState.SENDING, held.fence, change):
        return
    stored = await Delivery.get(held.id)
    if stored is None or (stored.state, stored.fence) != (state, held.fence):
        raise LeaseLost(str(held.id))


async def _from(
    delivery: Delivery, state: DeliveryState, fence: int, change: dict[str, Any]
) -> bool:
    expected = {"_id": delivery.id, "state": state, "fence": fence}
    return await change_one(Delivery, expected, change)
