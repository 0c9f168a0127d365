"""Taking a slot for an appointment, as booking, moving and restoring do."""

from collections.abc import Mapping

from domain.actions.trying_again import Changed
from domain.database import collection_of
from domain.documents import Appointment, Role, Slot, SlotStatus, User
from domain.errors import NotFound, SlotTaken
from domain.ids import Id
from domain.outbox import Transaction
from domain.rules import require_bookable

_WITH_ITS_DOCTOR = {
    "$lookup": {
        "from": User.Settings.name,
        "localField": "doctor_id",
        "foreignField": "_id",
        "pipeline": [
            {"$match": {"role": Role.DOCTOR.value, "active": True}},
            {"$project": {"_id": 1}},
        ],
        "as": "doctors",
    }
}


def bookable(slot_id: Id, actor: User) -> Slot:
    """Return a slot that the actor may take, as it is before a transaction's first write.

    Until that, the database knows of no transaction: whoever comes too late costs it none.

    Raises:
        NotFound: there is no such slot.
        SlotTaken: it is not open, or its doctor has left, whatever times were open then.
        TooLate: the rules of the practice do not allow this time (any more).
    """
    slot, has_doctor = _slot_and_doctor(slot_id)
    if slot.status is not SlotStatus.OPEN:
        raise taken()
    require_bookable(slot.starts_at, slot.ends_at, actor)
    if not has_doctor:
        raise SlotTaken("This doctor takes no more appointments.")
    return slot


def _slot_and_doctor(slot_id: Id) -> tuple[Slot, bool]:
    """Return a slot, and whether its doctor sees patients: in one command."""
    steps: list[Mapping[str, object]] = [{"$match": {"_id": slot_id}}, _WITH_ITS_DOCTOR]
    found = next(collection_of(Slot).aggregate(steps), None)
    if found is None:
        raise NotFound("There is no such time.")
    doctors = found.pop("doctors")
    return Slot.model_validate(found), bool(doctors)


def taken() -> SlotTaken:
    """Return the refusal of a slot that somebody else was quicker to take."""
    return SlotTaken("This time has just been taken.")


def placed_in(slot: Slot) -> dict[str, object]:
    """Return what an appointment takes over from its slot."""
    taken_over = {
        "doctor_id",
        "doctor_name",
        "specialty",
        "starts_at",
        "ends_at",
        "wall_start",
        "fold",
        "zone",
        "cells",
    }
    return {"slot_id": slot.id, **slot.model_dump(include=taken_over)}


def claim(appointment: Appointment, transaction: Transaction) -> bool:
    """Turn the open slot of an appointment into a booked one and tell whether it was open.

    Raises:
        Changed: the doctor was renamed since the slot was read, and the appointment would keep the
            former name.
    """
    named = {"doctor_name": appointment.doctor_name, "specialty": appointment.specialty}
    if claim_as(named, appointment, transaction):
        return True
    if transaction.find(Slot, _its_open_slot(appointment)):
        raise Changed
    return False


def claim_as(
    known: Mapping[str, object], appointment: Appointment, transaction: Transaction
) -> bool:
    """Do so if all that is `known` of the slot still holds, and tell whether it did."""
    still = {**_its_open_slot(appointment), **known}
    return transaction.change_one(Slot, still, {"$set": {"status": SlotStatus.BOOKED.value}})


def its_slot(appointment: Appointment) -> dict[str, object]:
    """Return the condition on the slot of an appointment: it is at the appointment's time.

    A change of time-zone law may have moved it since it was read.
    """
    return {"_id": appointment.slot_id, "starts_at": appointment.starts_at}


def _its_open_slot(appointment: Appointment) -> dict[str, object]:
    return {**its_slot(appointment), "status": SlotStatus.OPEN.value}
