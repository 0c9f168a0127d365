"""Messages that are not kept any longer: of people who were erased, and of times long past."""

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, Field

from domain import keeping
from domain.actions.erasures import finish_erasure, open_erasures, remove_traces, subjects_of
from domain.actions.retaining import retain
from domain.changing import change_one, delete_one
from domain.database import DATABASE_AWAY
from domain.ids import Id
from domain.reading import read_readable
from domain.turns import BEGINNING, in_turn
from listeners.channels import is_to_people
from listeners.channels.folder import file_name
from listeners.documents import UNSETTLED, WAITING, Delivery, DeliveryState
from listeners.trouble import described

log = logging.getLogger(__name__)


class _Kept(BaseModel):
    """What decides whether a message is kept; what else is stored of it need not be readable."""

    id: Id = Field(alias="_id")
    channel: str
    recipient: str
    state: DeliveryState
    fence: int = 0
    created_at: datetime
    settled_at: datetime | None = None


async def forget(mail_folder: Path) -> None:
    """Do everything that is due: erasures at once, periods once an hour."""
    for person_id in await open_erasures():
        await _finish(person_id, mail_folder)
    await retain()
    period = keeping.current().messages
    if period is not None:

        async def forget_old(_since: datetime, until: datetime) -> None:
            # From the beginning: one that was not settled the last time may be by now.
            await _forget_messages_until(until, mail_folder)

        await in_turn("messages", period, forget_old)


async def _finish(person_id: Id, mail_folder: Path) -> None:
    """Remove what is left of an erased person; one that cannot be finished stops nothing else."""
    try:
        found, unreadable = await _messages_to(person_id)
        forgotten = [await _is_forgotten(one) for one in found]
        _remove_files(found, mail_folder)
        if unreadable:
            ids = ", ".join(map(str, unreadable))
            log.error("deliveries %s cannot be read: the erasure of %s stays open", ids, person_id)
        if all(forgotten):
            await (remove_traces if unreadable else finish_erasure)(person_id)
    except DATABASE_AWAY:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one, it concerns no other
        log.error("the erasure of %s stays open: %s", person_id, described(error))  # noqa: TRY400


async def _messages_to(person_id: Id) -> tuple[list[_Kept], list[Id]]:
    """Return the messages to a person that can be read, and the ids of the others."""
    found: list[_Kept] = []
    unreadable: list[Id] = []
    for subject in await subjects_of(person_id):
        kept, others = await read_readable(Delivery, {"subject_id": subject}, _Kept)
        found += kept
        unreadable += others
    return found, unreadable


async def _is_forgotten(one: _Kept) -> bool:
    if not is_to_people(one.channel):
        return True  # it went to the practice's own address
    if one.state is DeliveryState.SENDING:
        return False
    blank = _blank(one)
    if one.recipient == blank["recipient"] and one.state is blank["state"]:
        return True
    return await change_one(Delivery, {"_id": one.id, "fence": one.fence}, {"$set": blank})


def _blank(delivery: _Kept) -> dict[str, object]:
    waiting = delivery.state in WAITING
    return {
        "recipient": f"erased-{delivery.id}",  # unique, as a recipient of an event has to be
        "last_words": "",
        "history": [],
        "state": DeliveryState.SUPERSEDED if waiting else delivery.state,
    }


async def _forget_messages_until(until: datetime, mail_folder: Path) -> None:
    old = Delivery.find({"created_at": {"$gte": BEGINNING, "$lt": until}}).project(_Kept)
    async for one in old:
        if one.state not in UNSETTLED and (one.settled_at or one.created_at) < until:
            # Somebody may have asked for it to be sent again since it was read.
            as_read = {"_id": one.id, "state": one.state, "fence": one.fence}
            if await delete_one(Delivery, as_read):
                _remove_files([one], mail_folder)


def _remove_files(deliveries: Iterable[_Kept], mail_folder: Path) -> None:
    for one in deliveries:
        (mail_folder / file_name(f"<{one.id}@>")).unlink(missing_ok=True)
