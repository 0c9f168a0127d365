"""Reasons that are not kept any longer: of appointments, of times taken back, and as told."""

from datetime import datetime, timedelta

from domain import clock
from domain.database import change_one
from domain.documents import Appointment, EventRecord, Slot, SlotStatus
from domain.events import SlotsClosed
from domain.ids import Id
from domain.turns import BEGINNING

_AT_ONCE = 100
_ABOUT = timedelta(minutes=1)


async def forget_reasons(since: datetime, until: datetime) -> None:
    """Forget the reasons of times past: in what is told of them first, as that leads there."""
    where = {"starts_at": {"$gte": since, "$lt": until}}
    nothing = {"reason": "", "cancellation_reason": ""}
    async for one in Appointment.find(where, batch_size=_AT_ONCE):
        await _forget_reasons_told(one.id)
        if one.reason or one.cancellation_reason:
            await change_one(Appointment, {"_id": one.id}, {"$set": nothing})
    withdrawn = {"status": SlotStatus.WITHDRAWN.value, **where}
    async for slot in Slot.find(withdrawn, batch_size=_AT_ONCE):
        if slot.withdrawal_reason:
            await _forget_reasons_told(*filter(None, (slot.id, slot.series_id)))
            await _forget_reason_of_closing(slot)
            await change_one(Slot, {"_id": slot.id}, {"$set": {"withdrawal_reason": ""}})


async def _forget_reasons_told(*subjects: Id) -> None:
    for subject in subjects:
        span = {"$gte": BEGINNING, "$lt": clock.now()}
        about = {"subject_id": subject, "occurred_at": span}
        async for event in EventRecord.find(about, batch_size=_AT_ONCE):
            await _leave_without_reason(event)


async def _forget_reason_of_closing(slot: Slot) -> None:
    """Find it by its moment: a closing is about many times, and each names only who and when."""
    if slot.withdrawn_at is None:
        return
    first, last = slot.withdrawn_at - _ABOUT, slot.withdrawn_at + _ABOUT
    then = {"_id": {"$gte": Id.from_datetime(first), "$lt": Id.from_datetime(last)}}
    async for event in EventRecord.find(then, batch_size=_AT_ONCE):
        if event.kind == SlotsClosed.kind and str(slot.id) in map(str, event.payload["slot_ids"]):
            await _leave_without_reason(event)


async def _leave_without_reason(event: EventRecord) -> None:
    if event.payload.get("reason"):
        await change_one(EventRecord, {"_id": event.id}, {"$set": {"payload.reason": ""}})
