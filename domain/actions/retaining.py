"""What is no longer needed goes, by the periods that the operator set.

Every process runs this by schedule; a turn in the database sees to it that one of them does it.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from domain import clock, keeping
from domain.actions.erasing import erase, remove_traces
from domain.database import DuplicateKey, change_one, delete_many
from domain.documents import Appointment, AuditEntry, Erasure, EventRecord, Role, Slot, Turn, User
from domain.errors import DomainError
from domain.ids import Id

log = logging.getLogger(__name__)

_EVERY = timedelta(hours=1)
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_LONG = timedelta(days=50 * 366)


async def retain() -> None:
    """Do what is due: forget reasons, patients and old entries of the audit log."""
    periods = keeping.current()
    for name, period, work in (
        ("reasons", periods.reasons, _forget_reasons),
        ("patients", periods.patients, _forget_patients),
        ("audit", periods.audit, _forget_audit),
    ):
        if period is not None:
            await in_turn(name, period, work)


async def in_turn(
    name: str, period: timedelta, work: Callable[[datetime, datetime], Awaitable[None]]
) -> None:
    """Do a duty once an hour, in one process: `work` gets what is new since the last time.

    `work` has two moments: everything before the first was done already, the second is now less
    the period. It may be broken off and is then done again.
    """
    turn, now = await _turn(name), clock.now()
    mine = {"_id": name, "due_at": turn.due_at}
    if turn.due_at > now or not await change_one(Turn, mine, {"$set": {"due_at": now + _EVERY}}):
        return
    until = now - period
    await work(min(turn.done_until, until), until)
    await change_one(Turn, {"_id": name}, {"$set": {"done_until": until}})


async def open_erasures() -> list[Id]:
    """Return who was erased, and may have left traces."""
    now = clock.now()
    where = {"open": True, "erased_at": {"$gte": now - _LONG, "$lt": now + timedelta(days=1)}}
    return [one.id for one in await Erasure.find(where).to_list()]


async def finish_erasure(person_id: Id) -> None:
    """Remove the last traces of an erased person from the events, and note that it is done."""
    await remove_traces(person_id)
    await change_one(Erasure, {"_id": person_id, "open": True}, {"$set": {"open": False}})


async def _turn(name: str) -> Turn:
    found = await Turn.find_one({"_id": name})
    if found is not None:
        return found
    try:
        return await Turn(id=name, due_at=clock.now(), done_until=_BEGINNING).insert()
    except DuplicateKey:
        return await _turn(name)


async def _forget_reasons(since: datetime, until: datetime) -> None:
    where = {"starts_at": {"$gte": since, "$lt": until}}
    nothing = {"reason": "", "cancellation_reason": ""}
    async for one in Appointment.find(where):
        if not (one.reason or one.cancellation_reason):
            continue
        await change_one(Appointment, {"_id": one.id}, {"$set": nothing})
        await change_one(Slot, {"_id": one.slot_id}, {"$set": {"withdrawal_reason": ""}})
        events = {"subject_id": one.id, "occurred_at": {"$gte": _BEGINNING, "$lt": clock.now()}}
        async for event in EventRecord.find(events):
            if event.payload.get("reason"):
                await change_one(EventRecord, {"_id": event.id}, {"$set": {"payload.reason": ""}})


async def _forget_patients(_since: datetime, until: datetime) -> None:
    # Not what is new since the last time: who was here lately then may be away for long by now.
    async for person in User.find({"role": Role.PATIENT.value, "active": True}):
        if person.created_at < until and await _is_away(person, until):
            try:
                await erase(person, actor=None)
            except DomainError as refusal:
                log.info("patient %s is kept: %s", person.id, type(refusal).__name__)


async def _is_away(person: User, until: datetime) -> bool:
    if any(session.last_seen_at >= until for session in person.sessions):
        return False
    since = {"patient_id": person.id, "starts_at": {"$gte": until, "$lt": clock.now() + _LONG}}
    return await Appointment.find_one(since) is None


async def _forget_audit(since: datetime, until: datetime) -> None:
    await delete_many(AuditEntry, {"at": {"$gte": since, "$lt": until}})
