"""Taking a cancellation back: the appointment stands again if nobody has its slot meanwhile."""

from datetime import timedelta
from functools import partial

from domain import clock
from domain.actions.cancelling import as_read
from domain.actions.claiming import claim_as, its_slot, taken
from domain.database import DuplicateKey
from domain.documents import Appointment, AppointmentStatus, Role, Slot, SlotStatus, User
from domain.errors import Conflict, DomainError, Forbidden, PatientBusy, TooLate
from domain.events import AppointmentRestored
from domain.events.snapshots import actor_of, appointment_facts
from domain.ids import Id
from domain.indexes import violated_index
from domain.outbox import Transaction, transact
from domain.queries.appointments import visible
from domain.sealing import NOTHING

# Pages offer it for ten seconds. Who reads or types slowly, or has no script, has longer.
RESTORABLE_FOR = timedelta(minutes=2)


async def restore(appointment_id: Id, actor: User) -> Appointment:
    """Undo a cancellation of one's own, shortly after it, while its slot is still free.

    Raises:
        NotFound: there is no such appointment, or it is none of the actor's business.
        Conflict: it is not cancelled (any more), or its patient has been erased meanwhile.
        Forbidden: somebody else cancelled it.
        TooLate: it was cancelled too long ago, or is over.
        SlotTaken: its time was booked by somebody else, withdrawn or moved.
        PatientBusy: the patient has another appointment at that time by now.
    """
    appointment = await visible(appointment_id, actor)
    _require_restorable(appointment, actor)
    return await _restored(appointment, actor)


async def restore_many(
    appointment_ids: list[Id], actor: User
) -> list[tuple[Id, DomainError | None]]:
    """Undo several cancellations, each on its own, and return what became of each."""
    outcomes: list[tuple[Id, DomainError | None]] = []
    for appointment_id in dict.fromkeys(appointment_ids):
        try:
            await restore(appointment_id, actor)
        except DomainError as refusal:
            outcomes.append((appointment_id, refusal))
        else:
            outcomes.append((appointment_id, None))
    return outcomes


def can_restore(appointment: Appointment, actor: User) -> bool:
    """Tell whether a page may offer to undo a cancellation; the action decides."""
    try:
        _require_restorable(appointment, actor)
    except DomainError:
        return False
    return True


def _require_restorable(appointment: Appointment, actor: User) -> None:
    cancelled_at, now = appointment.cancelled_at, clock.now()
    if appointment.status is not AppointmentStatus.CANCELLED or cancelled_at is None:
        raise Conflict("This appointment is not cancelled.")
    if appointment.cancelled_by != actor.id:
        raise Forbidden("Only who cancelled can undo it.")
    if now > cancelled_at + RESTORABLE_FOR or appointment.ends_at <= now:
        raise TooLate("It is too late to undo this. Please book the time again.")


async def _restored(appointment: Appointment, actor: User) -> Appointment:
    try:
        return await transact(partial(_store, appointment, actor))
    except DuplicateKey as error:
        if violated_index(error) == "appointments_patient_in_one_place":
            raise PatientBusy("There is another appointment at that time.") from error
        raise taken() from error


def _store(appointment: Appointment, actor: User, transaction: Transaction) -> Appointment:
    if not _claim_back(appointment, actor, transaction):
        raise taken()
    # Written to, so that the patient is not erased in the same moment.
    still = {"_id": appointment.patient_id, "active": True}
    if not transaction.change_one(User, still, {"$inc": {"revision": 1}}):
        raise Conflict("Somebody else has just changed this account. Please look again.")
    standing = {
        "status": AppointmentStatus.BOOKED,
        "sequence": appointment.sequence + 1,
        "cancelled_at": None,
        "cancelled_by": None,
        "cancellation_reason": NOTHING,
    }
    if not transaction.change_one(Appointment, as_read(appointment), {"$set": standing}):
        raise Conflict("This appointment is not cancelled.")
    restored: Appointment = appointment.model_copy(update=standing)
    transaction.record(
        AppointmentRestored(actor=actor_of(actor), appointment=appointment_facts(restored))
    )
    return restored


def _claim_back(appointment: Appointment, actor: User, transaction: Transaction) -> bool:
    """Hold the slot again: the cancellation has opened it, or closed it where it had begun."""
    # Whatever its doctor is called by now: what is stored already was renamed with its slot.
    if claim_as({}, appointment, transaction):
        return True
    if actor.role is Role.DOCTOR:
        return False  # doctors withdraw times by themselves, and have been written to about it
    closed = {
        **its_slot(appointment),
        "status": SlotStatus.WITHDRAWN.value,
        "withdrawn_by": actor.id,
        "withdrawn_at": {"$gte": appointment.cancelled_at},
    }
    held = {
        "status": SlotStatus.BOOKED.value,
        "withdrawn_at": None,
        "withdrawn_by": None,
        "withdrawal_reason": "",
    }
    return transaction.change_one(Slot, closed, {"$set": held})
