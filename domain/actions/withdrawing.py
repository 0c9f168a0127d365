"""Withdrawing: a doctor takes a slot back, and nobody is left with an appointment in it."""

from collections.abc import Sequence
from functools import partial

from domain import clock
from domain.actions.cancelling import end, require_booked
from domain.documents import Appointment, Slot, SlotStatus, User
from domain.errors import AlreadyEnded, NoticeNeeded, SlotTaken, TooLate
from domain.events import ProposedTime, SlotDeleted
from domain.events.snapshots import actor_of, slot_facts
from domain.ids import Id
from domain.outbox import Transaction, transact
from domain.queries.appointments import affected_by_withdrawal
from domain.queries.proposals import proposals
from domain.sealing import Confidential
from domain.text import REASON_LIMIT, paragraph

DEFAULT_REASON = Confidential("The doctor is not available at this time.")


async def withdraw_slot(
    slot_id: Id,
    doctor: User,
    *,
    notify: bool = False,
    seen: Id | None = None,
    propose: bool = False,
    reason: str = "",
) -> Slot:
    """Take a doctor's own slot back; with `notify`, also when it is booked.

    The appointment in it is then cancelled in the same transaction and its patient written to;
    with `propose`, the message names the doctor's nearest free times. `seen`: the appointment
    that the doctor gives up; no other one ends in its stead.

    Raises:
        NotFound: there is no such slot, or it is another doctor's.
        NoticeNeeded: it is booked and `notify` was not given.
        AlreadyEnded: it is withdrawn already, or its patient has arrived.
        TooLate: its time has begun.
        SlotTaken: it was booked or cancelled in this very moment, or somebody else than was `seen`
            holds it; look again.
    """
    because = paragraph("reason", reason, REASON_LIMIT)
    slot, appointment = await affected_by_withdrawal(slot_id, doctor)
    _require_withdrawable(slot)
    if appointment is None:
        return await transact(partial(_store, slot, None, (), doctor, because))
    if seen not in (None, appointment.id):
        raise SlotTaken("Somebody else has this time now. Please look again.")
    require_booked(appointment)
    if not notify:
        raise NoticeNeeded("This time is booked: withdrawing it cancels the appointment.")
    proposed = await proposals([appointment], without={slot.id}) if propose else {}
    instead = proposed.get(appointment.id, ())
    return await transact(partial(_store, slot, appointment, instead, doctor, because))


def withdrawal(doctor: User, reason: Confidential) -> dict[str, object]:
    """Return what a withdrawn slot says about its end."""
    return {
        "status": SlotStatus.WITHDRAWN,
        "withdrawn_at": clock.now(),
        "withdrawn_by": doctor.id,
        "withdrawal_reason": reason,
    }


def _require_withdrawable(slot: Slot) -> None:
    if slot.status is SlotStatus.WITHDRAWN:
        raise AlreadyEnded("This time has already been withdrawn.")
    if slot.starts_at <= clock.now():
        raise TooLate("This time has begun and cannot be withdrawn any more.")


def _store(
    slot: Slot,
    appointment: Appointment | None,
    proposed: Sequence[ProposedTime],
    doctor: User,
    reason: Confidential,
    transaction: Transaction,
) -> Slot:
    expected = SlotStatus.OPEN if appointment is None else SlotStatus.BOOKED
    ending = withdrawal(doctor, reason)
    changed = transaction.change_one(
        Slot, {"_id": slot.id, "status": expected.value}, {"$set": ending}
    )
    if not changed:
        raise SlotTaken("This time has just been changed. Please look again.")
    if appointment is not None:
        end(appointment, doctor, reason or DEFAULT_REASON, transaction, proposed)
    transaction.record(
        SlotDeleted(
            actor=actor_of(doctor),
            slot=slot_facts(slot, doctor),
            reason=reason,
            cancelled_reference=appointment.reference if appointment else None,
        )
    )
    withdrawn: Slot = slot.model_copy(update=ending)
    return withdrawn
