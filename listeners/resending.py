"""What a person may do about a message that was not sent: try it anew, or correct the address."""

from domain import clock
from domain.database import change_one
from listeners.documents import WAITING, Delivery, DeliveryState

RESTING = (DeliveryState.FAILED, DeliveryState.PARKED)
_KEPT_ATTEMPTS = 20


async def sent_again(delivery: Delivery, words: str) -> bool:
    """Let a parked or failed delivery start anew, now; False if it does not rest any more.

    `words`: who asked for it, for the history.
    """
    if delivery.state not in RESTING:
        return False
    now = clock.now()
    asked = {"at": now, "state": DeliveryState.PENDING, "words": words}
    start = {"state": DeliveryState.PENDING, "due_at": now, "attempts": 0, "settled_at": None}
    push = {"history": {"$each": [asked], "$slice": -_KEPT_ATTEMPTS}}
    return await change_one(Delivery, _as_read(delivery), {"$set": start, "$push": push})


async def readdressed(delivery: Delivery, recipient: str) -> bool:
    """Give a delivery that was not sent another recipient; False if it has gone on meanwhile.

    Raises:
        DuplicateKey: there is a delivery of that event to that recipient already.
    """
    if delivery.state not in (*WAITING, DeliveryState.PARKED):
        return False
    return await change_one(Delivery, _as_read(delivery), {"$set": {"recipient": recipient}})


def _as_read(delivery: Delivery) -> dict[str, object]:
    return {"_id": delivery.id, "state": delivery.state, "fence": delivery.fence}
