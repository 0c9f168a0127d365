"""Taking the closing of days back: what nobody needed meanwhile is as it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from domain import clock
from domain.actions.offering import being_offered
from domain.actions.restoring import RESTORABLE_FOR, restore_many
from domain.actions.trying_again import Changed, until_unchanged
from domain.documents import EventRecord, Role, Slot, SlotStatus, User
from domain.errors import Conflict, DomainError, Forbidden, NotFound, TooLate
from domain.events import SlotsClosed, SlotsReopened
from domain.events.snapshots import actor_of
from domain.ids import Id
from domain.outbox import Transaction, transact
from domain.queries.calendar import held_cells
from domain.queries.told import appointments_named, event_told
from domain.sealing import NOTHING


@dataclass(frozen=True, kw_only=True)
class Reopening:
    """How many free times are offered again, and what became of each appointment."""

    opened: int
    appointments: list[tuple[Id, DomainError | None]]


async def reopen(closing_id: Id, actor: User) -> Reopening:
    """Undo a closing of one's own, shortly after it.

    Appointments are restored each on its own, as their time or patient may be taken by now.

    Raises:
        NotFound: there is no such closing.
        Forbidden: somebody else closed these days.
        TooLate: it was too long ago.
        Conflict: nothing of it could be taken back.
        SlotsOverlap: the doctor offers other times in this very moment.
    """
    closing = await _closing(closing_id)
    _require_reopenable(closing, actor)
    outcomes = await restore_many(list(closing.appointment_ids), actor)
    stand = [identifier for identifier, refusal in outcomes if refusal is None]

    async def attempt() -> Reopening:
        slots = await _closed_still(closing, actor)
        if not slots and not stand:
            raise Conflict("Nothing could be taken back.")
        fact = await _fact(closing, actor, slots, stand)
        await transact(partial(_store, closing, slots, fact))
        return Reopening(opened=len(slots), appointments=outcomes)

    return await until_unchanged(attempt, being_offered())


async def _closing(closing_id: Id) -> SlotsClosed:
    event = await event_told(closing_id)
    if not isinstance(event, SlotsClosed):
        raise NotFound("There is no such closing.")
    return event


def _require_reopenable(closing: SlotsClosed, actor: User) -> None:
    if closing.actor.id != actor.id:
        raise Forbidden("Only who closed these days can undo it.")
    if clock.now() > closing.occurred_at + RESTORABLE_FOR:
        raise TooLate("It is too late to undo this.")


async def _closed_still(closing: SlotsClosed, actor: User) -> list[Slot]:
    """Return the closed times that lie ahead and whose place nothing else has taken.

    None if their doctor has left since.
    """
    if await User.find_one(_still_here(closing)) is None:
        return []
    found = await Slot.find({"_id": {"$in": list(closing.slot_ids)}}).to_list()
    slots = [
        slot
        for slot in found
        if slot.status is SlotStatus.WITHDRAWN
        and slot.withdrawn_by == actor.id
        and slot.starts_at > clock.now()
    ]
    if not slots:
        return []
    starts = [slot.starts_at for slot in slots]
    held = await held_cells(closing.doctor_id, min(starts), max(starts))
    return [slot for slot in slots if held.isdisjoint(slot.cells)]


def _still_here(closing: SlotsClosed) -> dict[str, object]:
    return {"_id": closing.doctor_id, "role": Role.DOCTOR.value, "active": True}


def _store(
    closing: SlotsClosed, slots: Sequence[Slot], fact: SlotsReopened, transaction: Transaction
) -> None:
    opening = {
        "status": SlotStatus.OPEN.value,
        "withdrawn_at": None,
        "withdrawn_by": None,
        "withdrawal_reason": NOTHING,
    }
    # Written to, so that the doctor's end in the same moment withdraws these times, too.
    if slots and not transaction.change_one(User, _still_here(closing), {"$inc": {"revision": 1}}):
        raise Changed
    for slot in slots:
        closed = {"_id": slot.id, "status": SlotStatus.WITHDRAWN.value}
        if not transaction.change_one(Slot, closed, {"$set": opening}):
            raise Changed
    # No time leads there any more when the reason's period is over. A message about the closing
    # that is tried from now on goes without the reason, unless it is the first try of the process
    # that closed the days, which remembers the event as it was.
    transaction.change_one(EventRecord, {"_id": closing.id}, {"$set": {"payload.reason": ""}})
    transaction.record(fact)


async def _fact(
    closing: SlotsClosed, actor: User, slots: Sequence[Slot], stand: Sequence[Id]
) -> SlotsReopened:
    named = await appointments_named(stand)
    return SlotsReopened(
        actor=actor_of(actor),
        closing_id=closing.id,
        doctor_id=closing.doctor_id,
        doctor_name=closing.doctor_name,
        doctor_email=closing.doctor_email,
        doctor_language=closing.doctor_language,
        first_day=closing.first_day,
        last_day=closing.last_day,
        slot_ids=tuple(slot.id for slot in slots),
        references=tuple(named[one].reference for one in stand if one in named),
    )
