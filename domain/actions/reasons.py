"""Reasons that are not kept any longer: of appointments, of times taken back, and as told."""

from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from pydantic import BaseModel, Field

from domain import clock
from domain.changing import change_one
from domain.documents import Appointment, AuditEntry, EventRecord, Slot, SlotStatus
from domain.documents.user import DESK
from domain.events import AppointmentCancelled, SlotsClosed
from domain.ids import Id
from domain.reading import read_rows
from domain.spans import Span
from domain.turns import BEGINNING

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_WITHDRAWN = {"status": SlotStatus.WITHDRAWN.value}


class _Start(BaseModel):
    starts_at: datetime


class _Booked(BaseModel):
    """What decides about the reasons of an appointment; what else is stored need not be readable.

    That a reason is there is all that counts: it may be sealed with a key that is gone.
    """

    id: Id = Field(alias="_id")
    reason: Any = ""
    cancellation_reason: Any = ""


class _Withdrawn(BaseModel):
    id: Id = Field(alias="_id")
    series_id: Id | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: Id | None = None
    withdrawal_reason: Any = ""


class _Told(BaseModel):
    """An event as it is stored, of whatever kind."""

    id: Id = Field(alias="_id")
    kind: str
    actor_id: Id | None = None
    occurred_at: datetime
    payload: dict[str, Any]


class _Entry(BaseModel):
    what: str
    subjects: list[Id]


async def forget_reasons(since: datetime, until: datetime) -> datetime:
    """Forget the reasons of times past: in what is told of them first, as that leads there.

    Of a day at most, and return up to which moment: a first look at years would be broken off
    before it is through, and a month of a large practice is much to hold in memory. A time that has
    no reason may have had one until an erasure took it. What cannot be read even so far is left,
    and stops no other.
    """
    until = min(until, await _first(since, until) + _DAY)
    where = {"starts_at": {"$gte": since, "$lt": until}}
    nothing = {"reason": "", "cancellation_reason": ""}
    for one in await read_rows(Appointment, where, _Booked):
        await _forget_reasons_told(one.id)
        if one.reason or one.cancellation_reason:
            await change_one(Appointment, {"_id": one.id}, {"$set": nothing})
    for slot in await read_rows(Slot, {**_WITHDRAWN, **where}, _Withdrawn):
        await _forget_reasons_told(slot.id)
        await _forget_reasons_of_many(slot)
        if slot.withdrawal_reason:
            await change_one(Slot, {"_id": slot.id}, {"$set": {"withdrawal_reason": ""}})
    return until


async def _first(since: datetime, until: datetime) -> datetime:
    """Return when the first time begins that may have a reason: years before it are no work."""
    where = {"starts_at": {"$gte": since, "$lt": until}}
    by_start = ("starts_at",)
    found = (
        *await read_rows(Appointment, where, _Start, order=by_start, limit=1),
        *await read_rows(Slot, {**_WITHDRAWN, **where}, _Start, order=by_start, limit=1),
    )
    return min((one.starts_at for one in found), default=until)


async def _forget_reasons_told(subject: Id) -> None:
    about = {"subject_id": subject, "occurred_at": {"$gte": BEGINNING, "$lt": clock.now()}}
    for event in await read_rows(EventRecord, about, _Told):
        await _leave_without_reason(event)
        if _may_be_of_closing(event):
            await _forget_reason_of_closing(subject, event.actor_id, event.occurred_at)


async def _forget_reasons_of_many(slot: _Withdrawn) -> None:
    """Forget why a slot was taken back where that is told of it and others: series and days."""
    if slot.withdrawn_at is None:
        return
    if slot.series_id is not None:
        # What was withdrawn of a series at another time has a reason and a period of its own.
        about = {"subject_id": slot.series_id, "occurred_at": _about(slot.withdrawn_at)}
        for event in await read_rows(EventRecord, about, _Told):
            await _leave_without_reason(event)
    await _forget_reason_of_closing(slot.id, slot.withdrawn_by, slot.withdrawn_at)


def _may_be_of_closing(event: _Told) -> bool:
    # The event and not its appointment: that forgets who cancelled it once it is restored.
    role = (event.payload.get("actor") or {}).get("role")
    return event.kind == AppointmentCancelled.kind and role in DESK


async def _forget_reason_of_closing(time_id: Id, actor_id: Id | None, at: datetime) -> None:
    """Find it by who ended a slot or an appointment, and when, as neither names its closing."""
    if actor_id is None:
        return
    for event in await _closings(actor_id, at):
        closed = (event.payload.get(field) or () for field in ("slot_ids", "appointment_ids"))
        if str(time_id) in map(str, chain.from_iterable(closed)):
            await _leave_without_reason(event)


async def _closings(actor_id: Id, at: datetime) -> list[_Told]:
    """Return the closings that somebody made about then: the audit log has an index for that."""
    entries = await read_rows(AuditEntry, {"actor_id": actor_id, "at": _about(at)}, _Entry)
    if not entries:
        return await _closings_told(at)
    kind = SlotsClosed.kind
    ids = [subject for entry in entries if entry.what == kind for subject in entry.subjects]
    return await read_rows(EventRecord, {"_id": {"$in": ids}}, _Told) if ids else []


async def _closings_told(at: datetime) -> list[_Told]:
    """Do without the audit log, which does not go back so far: whatever ends a time is in it.

    The embedded database reads all events for that.
    """
    then = {end: Id.from_datetime(moment) for end, moment in _about(at).items()}
    events = await read_rows(EventRecord, {"_id": then}, _Told)
    return [event for event in events if event.kind == SlotsClosed.kind]


def _about(at: datetime) -> Span:
    return {"$gte": at - _MINUTE, "$lt": at + _MINUTE}


async def _leave_without_reason(event: _Told) -> None:
    if event.payload.get("reason"):
        await change_one(EventRecord, {"_id": event.id}, {"$set": {"payload.reason": ""}})
