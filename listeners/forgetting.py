"""Messages that are not kept any longer: of people who were erased, and of times long past."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from domain import keeping
from domain.actions.erasing import subjects_of
from domain.actions.retaining import finish_erasure, in_turn, open_erasures, retain
from domain.database import change_one
from domain.documents.stored import Stored
from domain.ids import Id
from listeners.channels.folder import file_name
from listeners.documents import UNSETTLED, WAITING, Delivery, DeliveryState


async def forget(mail_folder: Path) -> None:
    """Do everything that is due: erasures at once, periods once an hour."""
    for person_id in await open_erasures():
        if await _forget_messages_to(person_id, mail_folder):
            await finish_erasure(person_id)
    await retain()
    period = keeping.current().messages
    if period is not None:

        async def forget_old(since: datetime, until: datetime) -> None:
            await _forget_messages_of(since, until, mail_folder)

        await in_turn("messages", period, forget_old)


async def _forget_messages_to(person_id: Id, mail_folder: Path) -> bool:
    """Forget to whom messages went, and tell whether none is being sent this moment."""
    found: list[Delivery] = []
    for subject in await subjects_of(person_id):
        found += await Delivery.find({"subject_id": subject}).to_list()
    _remove_files(found, mail_folder)
    for one in found:
        if one.channel != "webhook" and one.state is not DeliveryState.SENDING:
            await change_one(Delivery, {"_id": one.id, "fence": one.fence}, {"$set": _blank(one)})
    return not any(one.state is DeliveryState.SENDING for one in found)


def _blank(delivery: Delivery) -> dict[str, object]:
    waiting = delivery.state in WAITING
    return {
        "recipient": f"erased-{delivery.id}",  # unique, as a recipient of an event has to be
        "last_words": "",
        "history": [],
        "state": DeliveryState.SUPERSEDED if waiting else delivery.state,
    }


async def _forget_messages_of(since: datetime, until: datetime, mail_folder: Path) -> None:
    async for one in Delivery.find({"created_at": {"$gte": since, "$lt": until}}):
        if one.state not in UNSETTLED:
            _remove_files([one], mail_folder)
            await Delivery.find_one({"_id": one.id}).delete()


def _remove_files(deliveries: Iterable[Stored], mail_folder: Path) -> None:
    for one in deliveries:
        (mail_folder / file_name(f"<{one.id}@>")).unlink(missing_ok=True)
