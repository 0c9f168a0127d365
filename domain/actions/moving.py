"""Moving: the new slot is claimed before the old one is released, in one transaction."""

from functools import partial

from domain import clock
from domain.actions.cancelling import as_read, ended, release, require_booked
from domain.actions.claiming import bookable, claim, placed_in, taken
from domain.actions.trying_again import until_unchanged
from domain.database import DuplicateKey
from domain.documents import Appointment, AppointmentStatus, Role, User
from domain.errors import Forbidden, PatientBusy, SlotTaken
from domain.events import AppointmentMoved
from domain.events.snapshots import actor_of, appointment_facts
from domain.ids import Id
from domain.indexes import violated_index
from domain.one_by_one import one_by_one
from domain.outbox import Transaction, transact
from domain.queries.appointments import visible
from domain.rules import require_changeable
from domain.sealing import NOTHING


async def move(appointment_id: Id, slot_id: Id, actor: User) -> Appointment:
    """Give a booked appointment another open slot; the old one is open again.

    One that is there already is answered as it is: a form that is sent twice moves it once.

    Raises:
        NotFound: no such appointment or slot, or none of the actor's business.
        AlreadyEnded: the appointment is not booked any more.
        SlotTaken: the new slot is not open; the appointment keeps its old one.
        PatientBusy: the patient has another appointment at that time.
        TooLate: the rules of the practice do not allow leaving the old or taking the new time.
        Forbidden: doctors do not move appointments.
    """
    async with one_by_one(slot_id):
        appointment = await _movable(appointment_id, actor)
        if appointment.slot_id == slot_id:
            return appointment
        require_changeable(appointment.starts_at, appointment.ends_at, actor)
        try:
            return await until_unchanged(partial(_attempt, appointment, slot_id, actor), taken())
        except SlotTaken:
            # Another process may have answered the same form in this very moment.
            appointment = await _movable(appointment_id, actor)
            if appointment.slot_id != slot_id:
                raise
            return appointment


async def _movable(appointment_id: Id, actor: User) -> Appointment:
    appointment = await visible(appointment_id, actor)
    if actor.role is Role.DOCTOR:
        raise Forbidden("Only the patient and the reception desk move appointments.")
    require_booked(appointment)
    return appointment


async def _attempt(appointment: Appointment, slot_id: Id, actor: User) -> Appointment:
    try:
        return await transact(partial(_store, appointment, slot_id, actor))
    except DuplicateKey as error:
        if violated_index(error) == "appointments_patient_in_one_place":
            raise PatientBusy("There is another appointment at that time.") from error
        raise taken() from error


def _store(before: Appointment, slot_id: Id, actor: User, transaction: Transaction) -> Appointment:
    change = {
        **placed_in(bookable(slot_id, actor)),
        "sequence": before.sequence + 1,
        "scheduled_at": clock.now(),
        "reminded": [],
    }
    moved: Appointment = before.model_copy(update=change)
    if not claim(moved, transaction):
        raise taken()
    if not transaction.change_one(Appointment, as_read(before), {"$set": change}):
        raise ended(AppointmentStatus.BOOKED)
    release(before, actor, NOTHING, transaction)
    transaction.record(
        AppointmentMoved(
            actor=actor_of(actor),
            appointment=appointment_facts(moved),
            previous=appointment_facts(before),
        )
    )
    return moved
