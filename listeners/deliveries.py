"""The steps that a delivery takes. Each is one update that names the state it starts from.

pending or failed -> sending -> sent | failed (will be tried again) | parked | superseded
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from pymongo.errors import BulkWriteError

from domain import clock
from domain.changing import change_one
from domain.database import DUPLICATE, collection_of, on_writer
from domain.encoding import stored_form
from domain.errors import Unavailable
from domain.ids import Id
from domain.reading import found_readable
from listeners.documents import UNSETTLED, WAITING, Delivery, DeliveryState, InLine
from listeners.figures import count_attempt
from listeners.notebook import Notebook, Outcome, Step

log = logging.getLogger(__name__)

OVERTAKEN = "overtaken"
UNREADABLE = "what is stored of this message cannot be read"
_KEPT_WORDS = 1000

_notebook = Notebook()


class LeaseLost(Exception):
    """The lease ran out and somebody else took over; the answer comes too late to count."""


@dataclass(frozen=True)
class Claim:
    """The right to send a delivery, until the lease runs out. `delivery` is as just claimed."""

    delivery: Delivery

    @property
    def id(self) -> Id:
        """The delivery's id."""
        return self.delivery.id

    @property
    def fence(self) -> int:
        """What only this claim's answers carry."""
        return self.delivery.fence

    @property
    def attempt(self) -> int:
        """Which try this is, from 1."""
        return self.delivery.attempts


async def store_new(drafted: Sequence[Delivery]) -> list[Id]:
    """Store some deliveries in one command; return those, in order, that nobody had stored."""
    if not drafted:
        return []
    known: set[int] = set()
    rows = [stored_form(one) for one in drafted]
    try:
        await on_writer(partial(collection_of(Delivery).insert_many, rows, ordered=False))
    except BulkWriteError as error:
        details = error.details or {}
        refusals = details.get("writeErrors", [])
        # Without the majority's word, what was stored may yet be rolled back.
        is_unsure = bool(details.get("writeConcernErrors"))
        if is_unsure or any(refusal["code"] != DUPLICATE for refusal in refusals):
            raise Unavailable("The database did not take every change.") from error
        known = {refusal["index"] for refusal in refusals}
    return [one.id for number, one in enumerate(drafted) if number not in known]


async def claim_some(ids: Sequence[Id], lease: timedelta, holder: Id) -> list[Claim]:
    """Take those of some deliveries that are to be had, in their order; `holder` is a new token."""
    return await on_writer(_claimed, ids, lease, holder)


def _claimed(ids: Sequence[Id], lease: timedelta, holder: Id) -> list[Claim]:
    now = clock.now()
    to_be_had = {
        "_id": {"$in": list(ids)},
        "state": {"$in": list(UNSETTLED)},
        "due_at": {"$lte": now},
    }
    taking = {
        "$set": {"state": DeliveryState.SENDING, "due_at": now + lease, "holder": holder},
        "$inc": {"fence": 1, "attempts": 1},
    }
    if not collection_of(Delivery).update_many(to_be_had, taking).modified_count:
        return []
    mine = {"_id": {"$in": list(ids)}, "holder": holder}
    granted, unreadable = found_readable(Delivery, mine, Delivery)
    if unreadable:
        _park_unreadable(unreadable, holder)
    place = {delivery_id: number for number, delivery_id in enumerate(ids)}
    return sorted(map(Claim, granted), key=lambda held: place[held.id])


def _park_unreadable(ids: Sequence[Id], holder: Id) -> None:
    """Park what this version cannot read, so that it is not claimed again and again."""
    log.error("deliveries %s cannot be read, parked", ", ".join(map(str, ids)))
    parked = {"state": DeliveryState.PARKED, "last_words": UNREADABLE, "settled_at": clock.now()}
    collection_of(Delivery).update_many(
        {"_id": {"$in": list(ids)}, "holder": holder, "state": DeliveryState.SENDING},
        {"$set": parked},
    )


async def release(ids: Sequence[Id], holder: Id) -> None:
    """Return whatever a claim was granted whose answer never came."""
    await Delivery.get_motor_collection().update_many(
        {"_id": {"$in": list(ids)}, "holder": holder, "state": DeliveryState.SENDING},
        {
            "$set": {"state": DeliveryState.PENDING, "due_at": clock.now()},
            "$inc": {"attempts": -1},
        },
    )


async def sent(held: Claim, words: str) -> None:
    """Note that the other side accepted the message."""
    await _settle(held, Outcome(DeliveryState.SENT, words))


async def failed(held: Claim, words: str, due_at: datetime) -> None:
    """Note that it did not work this time, and when to try again."""
    await _settle(held, Outcome(DeliveryState.FAILED, words, due_at))


async def not_tried(held: Claim, words: str, due_at: datetime) -> None:
    """Note why it was not tried: it waits as after a try, and is none of the attempts kept."""
    await _leave(held, Outcome(DeliveryState.FAILED, words, due_at, is_kept=False))


async def unheard(held: Claim, words: str, due_at: datetime | None, *, is_cut: bool) -> None:
    """Note that it was sent and nobody knows what became of it, and when to try it again, if so."""
    state = DeliveryState.PARKED if due_at is None else DeliveryState.FAILED
    await _settle(held, Outcome(state, words, due_at, "cut" if is_cut else "unheard"))


async def parked(held: Claim, words: str) -> None:
    """Note that trying again is of no use until a person has looked at it."""
    await _settle(held, Outcome(DeliveryState.PARKED, words))


async def superseded(held: Claim, words: str) -> None:
    """Note that the message is not true any more: a later event, or time itself, overtook it."""
    await _settle(held, Outcome(DeliveryState.SUPERSEDED, words))


async def handed_back(held: Claim, due_at: datetime) -> None:
    """Return a delivery unsent, as if it had never been claimed."""
    await _leave(held, Outcome(DeliveryState.PENDING, None, due_at))


async def overtake(waiting: Delivery | InLine) -> bool:
    """Mark a waiting delivery as superseded; False if it no longer waits."""
    if waiting.state not in WAITING:
        return False
    values = {
        "state": DeliveryState.SUPERSEDED,
        "last_words": OVERTAKEN,
        "settled_at": clock.now(),
    }
    expected = {"_id": waiting.id, "state": waiting.state, "fence": waiting.fence}
    is_overtaken = await change_one(Delivery, expected, {"$set": values})
    if is_overtaken:
        count_attempt(waiting, DeliveryState.SUPERSEDED)
    return is_overtaken


async def _settle(held: Claim, outcome: Outcome) -> None:
    await _leave(held, replace(outcome, words=(outcome.words or "")[:_KEPT_WORDS]))
    count_attempt(held.delivery, outcome.state)


async def _leave(held: Claim, outcome: Outcome) -> None:
    """Note how `sending` ended, or raise LeaseLost; repeating a note that was made is fine."""
    if await _notebook.write(Step(held.id, held.fence, outcome)):
        return
    stored = await Delivery.get(held.id)
    if stored is None or (stored.state, stored.fence) != (outcome.state, held.fence):
        raise LeaseLost(str(held.id))
