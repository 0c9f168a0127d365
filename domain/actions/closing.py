"""Closing days of a doctor who is away: appointments end and free times go, as one fact."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import partial

from domain.actions.cancelling import release
from domain.actions.many_times import Instead, give_up, require_few, take_back_free
from domain.actions.trying_again import Changed, until_unchanged
from domain.actions.withdrawing import withdrawal
from domain.documents import User
from domain.documents.user import DESK
from domain.errors import AlreadyEnded, Conflict, Forbidden, Invalid, SlotTaken
from domain.events import SlotsClosed
from domain.events.snapshots import actor_of
from domain.ids import Id
from domain.outbox import Transaction, transact
from domain.queries.absences import Absence, absence, absence_now
from domain.queries.proposals import proposals
from domain.sealing import Confidential
from domain.sentences import Sentence
from domain.text import REASON_LIMIT, paragraph


@dataclass(frozen=True, kw_only=True)
class Closing:
    """What became of the days: appointments cancelled, free times closed, appointments that stay.

    `id` names the closing to whoever takes it back.
    """

    id: Id
    cancelled: int
    closed: int
    kept: int


async def close_days(
    doctor_id: Id,
    first_day: date,
    last_day: date,
    actor: User,
    *,
    cancelling: Collection[Id],
    reason: str,
    propose: bool = False,
) -> Closing:
    """Cancel what is booked with a doctor on some local days, and close the free times.

    `cancelling`: the appointments that the desk has seen; their patients are written to, with
    the doctor's nearest free times of other days if `propose`. What has begun stays as it is
    where a patient has arrived.

    Raises:
        Forbidden: only the desk does this.
        NotFound: there is no such doctor.
        Invalid: a reason is missing or too long, the days are too many, or their appointments.
        AlreadyEnded: there is nothing left to close.
        Conflict: there are appointments that the desk has not seen; look again.
        SlotTaken: patients keep booking in this very moment; look again.
    """
    if actor.role not in DESK:
        raise Forbidden("Only the reception desk does this.")
    because = _reason(reason)

    async def attempt() -> Closing:
        going = await absence(doctor_id, first_day, last_day)
        _require_closable(going, frozenset(cancelling))
        instead = await _proposed(going) if propose else {}
        told = await transact(partial(_store, going, instead, actor, because))
        return Closing(
            id=told.id,
            cancelled=len(going.booked),
            closed=len(going.free),
            kept=len(going.kept),
        )

    busy = SlotTaken("These times are being booked in this very moment. Please look again.")
    return await until_unchanged(attempt, busy)


def _reason(typed: str) -> Confidential:
    reason = paragraph("reason", typed, REASON_LIMIT)
    if not reason:
        sentence = Sentence("Please say why, in words that the patient may read.")
        raise Invalid(sentence, reason=sentence)
    return reason


def _require_closable(going: Absence, seen: frozenset[Id]) -> None:
    if not going.free and not going.booked:
        raise AlreadyEnded("There is nothing left to close.")
    require_few(going.booked)
    if any(one.id not in seen for one in going.booked):
        raise Conflict("Somebody has booked since this was shown. Please look once more.")


async def _proposed(going: Absence) -> Instead:
    leaving = {slot.id for slot in going.free} | {one.slot_id for one in going.booked}
    return await proposals(going.booked, without=leaving)


def _store(
    going: Absence, instead: Instead, actor: User, reason: Confidential, transaction: Transaction
) -> SlotsClosed:
    _require_unchanged(going, transaction)
    closed = _fact(going, actor, reason)
    take_back_free(going.free, withdrawal(actor, reason), transaction)
    for one in going.booked:
        give_up(one, actor, reason, instead, transaction)
        release(one, actor, reason, transaction, closing=True)
    transaction.record(closed)
    return closed


def _require_unchanged(going: Absence, transaction: Transaction) -> None:
    """Raise Changed unless what was read is all there is.

    Whoever books or cancels from here on meets a write of this transaction.
    """
    now = absence_now(going.doctor, going.first_day, going.last_day, transaction)
    if now.ids != going.ids:
        raise Changed


def _fact(going: Absence, actor: User, reason: Confidential) -> SlotsClosed:
    return SlotsClosed(
        actor=actor_of(actor),
        doctor_id=going.doctor.id,
        doctor_name=going.doctor.name,
        doctor_email=going.doctor.email,
        doctor_language=going.doctor.language or "",
        first_day=going.first_day,
        last_day=going.last_day,
        slot_ids=tuple(slot.id for slot in going.free),
        appointment_ids=tuple(one.id for one in going.booked),
        references=tuple(one.reference for one in going.booked),
        kept=len(going.kept),
        reason=reason,
    )
