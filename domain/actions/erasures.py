"""What follows an erasure within minutes: nothing that was told says who the person was.

And nothing is booked for nobody: a booking that was under way when its patient was erased does not
notice, as it would have to write to the patient; it is cancelled here.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, Field

from domain import clock, spans
from domain.actions.cancelling import cancel
from domain.actions.erasing import ERASED_NAME, all_of, nothing_left
from domain.changing import change_many, change_one
from domain.documents import Appointment, AppointmentStatus, Erasure, EventRecord, Role, Slot, User
from domain.errors import DomainError
from domain.ids import Id
from domain.reading import read_readable

log = logging.getLogger(__name__)

# Longer than any request takes that had read the person before.
_UNDER_WAY = timedelta(minutes=1)
_TELLING = frozenset(
    {"name", "email", "previous_email", "patient_email", "reason", "nonce", "link_nonce"}
)


class _Booked(BaseModel):
    """What leads to the traces of an appointment; what else is stored need not be readable."""

    id: Id = Field(alias="_id")
    slot_id: Id


class _Told(BaseModel):
    id: Id = Field(alias="_id")
    payload: dict[str, Any]


async def remove_traces(person_id: Id) -> list[Id]:
    """Remove what events still say of an erased person; doing it again changes nothing.

    Returns the events that cannot be read, and may say something still.
    """
    appointments = await Appointment.find(all_of(person_id)).project(_Booked).to_list()
    await change_many(Appointment, all_of(person_id), {"$set": nothing_left()})
    for one in appointments:
        where = {"_id": one.slot_id, "withdrawal_reason": {"$ne": ""}}
        await change_many(Slot, where, {"$set": {"withdrawal_reason": ""}})
    about = [subject for one in appointments for subject in (one.id, one.slot_id)]
    unreadable: list[Id] = []
    for subject in (person_id, *about):
        where = {"subject_id": subject, "occurred_at": spans.ever()}
        told, others = await read_readable(EventRecord, where, _Told)
        unreadable += others
        for record in told:
            left = without_person(record.payload, person_id)
            await change_one(EventRecord, {"_id": record.id}, {"$set": {"payload": left}})
    return unreadable


async def subjects_of(person_id: Id) -> list[Id]:
    """Return what messages to a person are about: the person and each appointment."""
    found = await Appointment.find(all_of(person_id)).project(_Booked).to_list()
    return [person_id, *(one.id for one in found)]


def without_person(payload: Mapping[str, Any], person_id: Id) -> dict[str, Any]:
    """Return an event's payload without what tells who the person was."""
    left: dict[str, Any] = {}
    for key, value in payload.items():
        if key == "actor":
            # Before two accounts were joined, the patient went by another id.
            mine = value.get("role") == Role.PATIENT or value.get("id") == str(person_id)
            left[key] = {**value, "name": ""} if mine else value
        elif key == "patient_name":
            left[key] = ERASED_NAME
        elif key in _TELLING:
            left[key] = ""
        elif isinstance(value, Mapping):
            left[key] = without_person(value, person_id)
        else:
            left[key] = value
    return left


async def open_erasures() -> list[Id]:
    """Return who was erased, and may have left traces."""
    where = {"open": True, "erased_at": spans.ever()}
    return [one.id for one in await Erasure.find(where).to_list()]


async def finish_erasure(person_id: Id) -> None:
    """Remove the last traces of an erased person from the events, and note that it is done.

    So long as something may have been under way when the person was erased, or an event cannot be
    read, it stays open.
    """
    is_clear = await _cancel_strays(person_id)
    unreadable = await remove_traces(person_id)
    if unreadable:
        ids = ", ".join(map(str, unreadable))
        log.error("events %s cannot be read: the erasure of %s stays open", ids, person_id)
    elif is_clear:
        over = {"_id": person_id, "open": True, "erased_at": {"$lte": clock.now() - _UNDER_WAY}}
        await change_one(Erasure, over, {"$set": {"open": False}})


async def _cancel_strays(person_id: Id) -> bool:
    """Cancel what was booked in the moment of the erasure, and tell whether there was nothing."""
    booked = {"patient_id": person_id, "status": AppointmentStatus.BOOKED.value}
    ahead = {**booked, "starts_at": spans.ahead()}
    strays = await Appointment.find(ahead).project(_Booked).to_list()
    nobody = await User.find_one({"_id": person_id})
    if nobody is None:
        return True
    for one in strays:
        try:
            await cancel(one.id, nobody)
        except DomainError as refusal:
            log.warning("appointment %s of nobody stands: %s", one.id, type(refusal).__name__)
    return not strays
