"""Reasons that are not kept any longer: of appointments, of times taken back, and as told."""

from datetime import datetime, timedelta

from domain import clock
from domain.database import change_one
from domain.documents import Appointment, AuditEntry, EventRecord, Slot, SlotStatus
from domain.documents.user import DESK
from domain.events import AppointmentCancelled, SlotsClosed
from domain.ids import Id
from domain.spans import Span
from domain.turns import BEGINNING

_AT_ONCE = 100
_MINUTE = timedelta(minutes=1)
_MONTH = timedelta(days=30)
_WITHDRAWN = {"status": SlotStatus.WITHDRAWN.value}


async def forget_reasons(since: datetime, until: datetime) -> datetime:
    """Forget the reasons of times past: in what is told of them first, as that leads there.

    Of a month at most, and return up to which moment: a first look at years would be broken off
    before it is through. A time that has no reason may have had one until an erasure took it.
    """
    until = min(until, await _first(since, until) + _MONTH)
    where = {"starts_at": {"$gte": since, "$lt": until}}
    nothing = {"reason": "", "cancellation_reason": ""}
    async for one in Appointment.find(where, batch_size=_AT_ONCE):
        await _forget_reasons_told(one.id)
        if one.reason or one.cancellation_reason:
            await change_one(Appointment, {"_id": one.id}, {"$set": nothing})
    async for slot in Slot.find({**_WITHDRAWN, **where}, batch_size=_AT_ONCE):
        await _forget_reasons_told(slot.id)
        await _forget_reasons_of_many(slot)
        if slot.withdrawal_reason:
            await change_one(Slot, {"_id": slot.id}, {"$set": {"withdrawal_reason": ""}})
    return until


async def _first(since: datetime, until: datetime) -> datetime:
    """Return when the first time begins that may have a reason: years before it are no work."""
    where = {"starts_at": {"$gte": since, "$lt": until}}
    found = (
        await Appointment.find(where).sort("+starts_at").first_or_none(),
        await Slot.find({**_WITHDRAWN, **where}).sort("+starts_at").first_or_none(),
    )
    return min((one.starts_at for one in found if one is not None), default=until)


async def _forget_reasons_told(subject: Id) -> None:
    about = {"subject_id": subject, "occurred_at": {"$gte": BEGINNING, "$lt": clock.now()}}
    async for event in EventRecord.find(about, batch_size=_AT_ONCE):
        await _leave_without_reason(event)
        if _may_be_of_closing(event):
            await _forget_reason_of_closing(subject, event.actor_id, event.occurred_at)


async def _forget_reasons_of_many(slot: Slot) -> None:
    """Forget why a slot was taken back where that is told of it and others: series and days."""
    if slot.withdrawn_at is None:
        return
    if slot.series_id is not None:
        # What was withdrawn of a series at another time has a reason and a period of its own.
        about = {"subject_id": slot.series_id, "occurred_at": _about(slot.withdrawn_at)}
        async for event in EventRecord.find(about, batch_size=_AT_ONCE):
            await _leave_without_reason(event)
    await _forget_reason_of_closing(slot.id, slot.withdrawn_by, slot.withdrawn_at)


def _may_be_of_closing(event: EventRecord) -> bool:
    # The event and not its appointment: that forgets who cancelled it once it is restored.
    return event.kind == AppointmentCancelled.kind and event.payload["actor"]["role"] in DESK


async def _forget_reason_of_closing(time_id: Id, actor_id: Id | None, at: datetime) -> None:
    """Find it by who ended a slot or an appointment, and when, as neither names its closing."""
    if actor_id is None:
        return
    for event in await _closings(actor_id, at):
        closed = (*event.payload["slot_ids"], *event.payload["appointment_ids"])
        if str(time_id) in map(str, closed):
            await _leave_without_reason(event)


async def _closings(actor_id: Id, at: datetime) -> list[EventRecord]:
    """Return the closings that somebody made about then: the audit log has an index for that."""
    entries = await AuditEntry.find({"actor_id": actor_id, "at": _about(at)}).to_list()
    if not entries:
        return await _closings_told(at)
    kind = SlotsClosed.kind
    ids = [subject for entry in entries if entry.what == kind for subject in entry.subjects]
    return await EventRecord.find({"_id": {"$in": ids}}).to_list() if ids else []


async def _closings_told(at: datetime) -> list[EventRecord]:
    """Do without the audit log, which does not go back so far: whatever ends a time is in it.

    The embedded database reads all events for that.
    """
    then = {end: Id.from_datetime(moment) for end, moment in _about(at).items()}
    events = EventRecord.find({"_id": then}, batch_size=_AT_ONCE)
    return [event async for event in events if event.kind == SlotsClosed.kind]


def _about(at: datetime) -> Span:
    return {"$gte": at - _MINUTE, "$lt": at + _MINUTE}


async def _leave_without_reason(event: EventRecord) -> None:
    if event.payload.get("reason"):
        await change_one(EventRecord, {"_id": event.id}, {"$set": {"payload.reason": ""}})
