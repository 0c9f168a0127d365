"""What became of a visit: arrived, completed, missed, and back."""

from functools import partial

from domain.actions.cancelling import as_read, ended
from domain.documents import STAFF, Appointment, AppointmentStatus, User
from domain.errors import Conflict, Forbidden, Invalid
from domain.events import AppointmentMarked
from domain.events.snapshots import actor_of, appointment_facts
from domain.ids import Id
from domain.outbox import Transaction, transact
from domain.queries.appointments import visible
from domain.sentences import Sentence

_BOOKED, _ARRIVED = AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED
_COMPLETED, _MISSED = AppointmentStatus.COMPLETED, AppointmentStatus.MISSED

NEXT_STATUSES: dict[AppointmentStatus, frozenset[AppointmentStatus]] = {
    _BOOKED: frozenset({_ARRIVED, _COMPLETED, _MISSED}),
    _ARRIVED: frozenset({_BOOKED, _COMPLETED, _MISSED}),
    _COMPLETED: frozenset({_BOOKED, _ARRIVED}),
    _MISSED: frozenset({_BOOKED, _ARRIVED}),
    AppointmentStatus.CANCELLED: frozenset(),
}
_ALREADY = {
    AppointmentStatus.BOOKED: Sentence("This appointment is already marked as booked."),
    AppointmentStatus.ARRIVED: Sentence("This appointment is already marked as arrived."),
    AppointmentStatus.COMPLETED: Sentence("This appointment is already marked as completed."),
    AppointmentStatus.MISSED: Sentence("This appointment is already marked as missed."),
}


async def mark(appointment_id: Id, status: AppointmentStatus, actor: User) -> Appointment:
    """Note that a patient arrived, was seen or stayed away; `booked` undoes that.

    Raises:
        NotFound: there is no such appointment, or it is none of the actor's business.
        Forbidden: patients mark nothing.
        Invalid: cancelling is an action of its own.
        Conflict: the appointment is not in a status from which this one follows.
    """
    appointment = await visible(appointment_id, actor)
    if actor.role not in STAFF:
        raise Forbidden("Only the practice notes this.")
    if status is AppointmentStatus.CANCELLED:
        sentence = Sentence("An appointment is cancelled, with a reason, and not marked.")
        raise Invalid(sentence, status=sentence)
    if status is appointment.status:
        raise Conflict(_ALREADY[status])
    if status not in NEXT_STATUSES[appointment.status]:
        raise ended(appointment.status)
    return await transact(partial(_store, appointment, status, actor))


def _store(
    appointment: Appointment, status: AppointmentStatus, actor: User, transaction: Transaction
) -> Appointment:
    change = {"status": status}
    if not transaction.change_one(Appointment, as_read(appointment), {"$set": change}):
        raise ended(AppointmentStatus.BOOKED)
    transaction.record(
        AppointmentMarked(
            actor=actor_of(actor),
            appointment=appointment_facts(appointment),
            status=status.value,
            previous_status=appointment.status.value,
        )
    )
    marked: Appointment = appointment.model_copy(update=change)
    return marked
