"""Cancelling: an appointment ends, its slot is open again, and both stay on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from domain import clock
from domain.documents import STAFF, Appointment, AppointmentStatus, Slot, SlotStatus, User
from domain.documents.user import DESK
from domain.errors import AlreadyEnded, DomainError, Forbidden, Invalid
from domain.events import AppointmentCancelled, ProposedTime
from domain.events.snapshots import actor_of, appointment_facts
from domain.ids import Id
from domain.outbox import Transaction, transact
from domain.queries.appointments import visible_found
from domain.queries.proposals import instead_of
from domain.rules import require_changeable
from domain.sealing import Confidential
from domain.sentences import Sentence
from domain.text import REASON_LIMIT, paragraph


@dataclass(frozen=True, kw_only=True)
class Cancellation:
    """A cancelled appointment, and whether its time was free for others right after that."""

    appointment: Appointment
    is_free: bool


async def cancel(
    appointment_id: Id,
    actor: User,
    *,
    reason: str = "",
    closing: bool = False,
    proposed: Sequence[ProposedTime] = (),
) -> Cancellation:
    """Cancel a booked appointment; its slot is open again if it still lies ahead.

    `closing`: the desk cancels because the doctor is away, so that nobody is to book the time
    again. `proposed`: the times that the message names instead.

    Raises:
        Forbidden: only the desk takes a time out of the calendar with an appointment.
        NotFound: there is no such appointment, or it is none of the actor's business.
        AlreadyEnded: it is not booked any more.
        TooLate: the cut-off has passed (patients), or the appointment is over.
        Invalid: `reason` is too long, or missing where staff cancels.
    """
    because = paragraph("reason", reason, REASON_LIMIT)
    if actor.role in STAFF and not because:
        sentence = Sentence("Please say why, in words that the patient may read.")
        raise Invalid(sentence, reason=sentence)
    if closing and actor.role not in DESK:
        raise Forbidden("Only the reception desk does this.")
    return await transact(
        partial(_store, appointment_id, actor, because, closing=closing, proposed=proposed)
    )


async def cancel_many(
    appointment_ids: list[Id],
    actor: User,
    *,
    reason: str,
    closing: bool = False,
    propose: bool = False,
) -> list[tuple[Id, DomainError | None]]:
    """Cancel several appointments, each on its own, and return what became of each.

    With `propose`, each message names the doctor's nearest free times; none of those that are
    being cancelled here, as their doctor may be ill.
    """
    instead = await instead_of(appointment_ids) if propose else {}
    outcomes: list[tuple[Id, DomainError | None]] = []
    for appointment_id in dict.fromkeys(appointment_ids):
        proposed = instead.get(appointment_id, ())
        try:
            await cancel(appointment_id, actor, reason=reason, closing=closing, proposed=proposed)
        except DomainError as refusal:
            outcomes.append((appointment_id, refusal))
        else:
            outcomes.append((appointment_id, None))
    return outcomes


def require_booked(appointment: Appointment) -> None:
    """Raise AlreadyEnded unless an appointment is booked and nothing more."""
    if appointment.status is not AppointmentStatus.BOOKED:
        raise ended(appointment.status)


def ended(status: AppointmentStatus) -> AlreadyEnded:
    """Return the refusal of a change to an appointment that is not merely booked any more."""
    sentences = {
        AppointmentStatus.CANCELLED: Sentence("This appointment has already been cancelled."),
        AppointmentStatus.ARRIVED: Sentence(
            "The patient has already arrived for this appointment."
        ),
        AppointmentStatus.COMPLETED: Sentence("This appointment has already taken place."),
        AppointmentStatus.MISSED: Sentence("This appointment is marked as missed."),
        AppointmentStatus.BOOKED: Sentence(
            "This appointment has just been changed by somebody else."
        ),
    }
    return AlreadyEnded(sentences[status])


def _store(
    appointment_id: Id,
    actor: User,
    reason: Confidential,
    transaction: Transaction,
    *,
    closing: bool,
    proposed: Sequence[ProposedTime],
) -> Cancellation:
    appointment = visible_found(appointment_id, actor)
    require_booked(appointment)
    require_changeable(appointment.starts_at, appointment.ends_at, actor)
    cancelled = end(appointment, actor, reason, transaction, proposed)
    is_free = release(appointment, actor, reason, transaction, closing=closing)
    return Cancellation(appointment=cancelled, is_free=is_free)


def end(
    appointment: Appointment,
    actor: User,
    reason: Confidential,
    transaction: Transaction,
    proposed: Sequence[ProposedTime] = (),
) -> Appointment:
    """Turn a booked appointment into a cancelled one, record and return it; or AlreadyEnded."""
    ending = {
        "status": AppointmentStatus.CANCELLED,
        "sequence": appointment.sequence + 1,
        "cancelled_at": clock.now(),
        "cancelled_by": actor.id,
        "cancellation_reason": reason,
    }
    if not transaction.change_one(Appointment, as_read(appointment), {"$set": ending}):
        raise ended(_status_now(appointment, transaction))
    cancelled: Appointment = appointment.model_copy(update=ending)
    transaction.record(
        AppointmentCancelled(
            actor=actor_of(actor),
            appointment=appointment_facts(cancelled),
            reason=reason,
            proposed=tuple(proposed),
        )
    )
    return cancelled


def as_read(appointment: Appointment) -> dict[str, object]:
    """Return the condition that an appointment has neither moved nor ended since it was read.

    Nor has the patient's address changed: the message about what is done now goes there.
    """
    return {
        "_id": appointment.id,
        "status": appointment.status,
        "sequence": appointment.sequence,
        "patient_email": appointment.patient_email,
    }


def release(
    appointment: Appointment,
    actor: User,
    reason: Confidential,
    transaction: Transaction,
    *,
    closing: bool = False,
) -> bool:
    """Open the slot that an appointment held, or withdraw it where nobody is to book it again.

    That is if it is `closing`, its time has begun or its doctor has left. Tells whether it is open.
    """
    now = clock.now()
    held = {"_id": appointment.slot_id, "status": SlotStatus.BOOKED.value}
    may_open = not closing and appointment.starts_at > now
    if may_open and _is_opened(held, transaction):
        return True
    ending = {
        "status": SlotStatus.WITHDRAWN.value,
        "withdrawn_at": now,
        "withdrawn_by": actor.id,
        "withdrawal_reason": reason,
    }
    transaction.change_one(Slot, held, {"$set": ending})
    return False


def _is_opened(held: dict[str, object], transaction: Transaction) -> bool:
    staying = {**held, "doctor_left": {"$ne": True}}
    return transaction.change_one(Slot, staying, {"$set": {"status": SlotStatus.OPEN.value}})


def _status_now(appointment: Appointment, transaction: Transaction) -> AppointmentStatus:
    found = transaction.find(Appointment, {"_id": appointment.id})
    return found[0].status if found else AppointmentStatus.CANCELLED
