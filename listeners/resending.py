"""What a person may do about a message that was not sent: try it anew, or correct the address."""

from domain import clock
from domain.changing import change_one
from domain.database import DuplicateKey
from domain.documents import Appointment
from domain.errors import Conflict, Invalid
from domain.newest import Newest
from listeners.channels import is_correctable
from listeners.documents import KEPT_ATTEMPTS, WAITING, Delivery, DeliveryState

RESTING = (DeliveryState.FAILED, DeliveryState.PARKED)
_NOT_SENT = (*WAITING, DeliveryState.PARKED)
_MOST_OF_ONE_RECIPIENT = 200


async def sent_again(delivery: Delivery, words: str) -> bool:
    """Let a parked or failed delivery start anew, now; False if it does not rest any more.

    `words`: who asked for it, for the history.
    """
    if delivery.state not in RESTING:
        return False
    now = clock.now()
    asked = {"at": now, "state": DeliveryState.PENDING, "words": words}
    start = {"state": DeliveryState.PENDING, "due_at": now, "settled_at": None}
    start |= dict.fromkeys(("attempts", "unheard", "cut"), 0)
    push = {"history": {"$each": [asked], "$slice": -KEPT_ATTEMPTS}}
    return await change_one(Delivery, _as_read(delivery), {"$set": start, "$push": push})


async def readdress(delivery: Delivery, recipient: str) -> None:
    """Give a delivery, and all else that was not sent to that person there, another recipient.

    Raises:
        Invalid: it goes to no e-mail address.
        Conflict: it has gone on meanwhile, or that recipient has this message already.
    """
    if not is_correctable(delivery.channel):
        raise Invalid("Only an e-mail can be sent to another address.")
    if not await _readdressed(delivery, recipient):
        raise Conflict("This message has gone on meanwhile, or was sent to that address before.")
    for other in await _to_same_person(delivery):
        await _readdressed(other, recipient)


async def _to_same_person(delivery: Delivery) -> list[Delivery]:
    """Return what was not sent to a person at an address; others may have used it since."""
    found = await Newest(Delivery, "created_at", {"recipient": delivery.recipient}).page(
        _MOST_OF_ONE_RECIPIENT,
        keep=lambda one: one.channel == delivery.channel and one.state in _NOT_SENT,
    )
    subjects = [one.subject_id for one in (delivery, *found)]
    booked = await Appointment.find({"_id": {"$in": subjects}}).to_list()
    person = {subject: subject for subject in subjects} | {one.id: one.patient_id for one in booked}
    return [one for one in found if person[one.subject_id] == person[delivery.subject_id]]


async def _readdressed(delivery: Delivery, recipient: str) -> bool:
    """Give one delivery another recipient; False if it has gone on, or one went there already."""
    if delivery.state not in _NOT_SENT:
        return False
    try:
        return await change_one(Delivery, _as_read(delivery), {"$set": {"recipient": recipient}})
    except DuplicateKey:
        return False


def _as_read(delivery: Delivery) -> dict[str, object]:
    return {"_id": delivery.id, "state": delivery.state, "fence": delivery.fence}
