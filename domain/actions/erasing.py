"""Erasing a person: the practice keeps its figures, and nothing of who it was.

The account and all appointments lose name, address, number and reasons in one transaction. Events
and messages follow within a minute (`remove_traces`, run by the scheduler until it is done): there
may be thousands, and nobody should wait for them in front of a page.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from domain import clock, links
from domain.actions.own_account import prove
from domain.database import change_many, change_one
from domain.documents import Appointment, AppointmentStatus, Erasure, EventRecord, Role, Slot, User
from domain.errors import Conflict, Forbidden
from domain.events import Actor, PersonErased
from domain.ids import Id
from domain.outbox import Transaction, transact
from domain.queries.patients import patient_by_id

ERASED_NAME = "Erased patient"
_LONG = timedelta(days=50 * 366)
_STANDING = (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED)
_SYSTEM = Actor(id=None, role="system", name="Bookwell")
_TELLING = frozenset(
    {"name", "email", "previous_email", "patient_email", "reason", "nonce", "link_nonce"}
)


async def erase_oneself(person: User, password: str) -> None:
    """Erase the person who asks, who shows with the password that it is really them.

    Raises:
        Invalid: the password is not right.
        TooManyTries: it was guessed too often.
        Conflict, Forbidden: as for `erase`.
    """
    await prove(person, password, field="password")
    await erase(person, actor=person)


async def erase_on_request(patient_id: Id, actor: User, password: str) -> None:
    """Erase a patient who has asked the practice for it, with or without a password of their own.

    An administrator does it, who shows with the own password that nobody else sits there.

    Raises:
        NotFound: there is no such patient.
        Invalid: the administrator's password is not right.
        TooManyTries: it was guessed too often.
        Conflict, Forbidden: as for `erase`.
    """
    patient = await patient_by_id(patient_id)
    await prove(actor, password, field="password")
    await erase(patient, actor=actor)


async def erase(person: User, *, actor: User | None) -> None:
    """Erase a patient; `actor` None: the period for which patients are kept is over.

    Raises:
        Forbidden: staff is not erased, and only patients themselves and administrators erase.
        Conflict: an appointment still lies ahead, or the account has changed this moment.
    """
    if person.role is not Role.PATIENT:
        raise Forbidden("Accounts of staff are closed by an administrator, and stay on record.")
    if actor is not None and actor.id != person.id and actor.role is not Role.ADMIN:
        raise Forbidden("Only administrators erase somebody else.")
    await transact(partial(_store, person, actor))


def leave_nobody(person: User, as_read: Mapping[str, Any], transaction: Transaction) -> bool:
    """Leave an account that tells nothing but its id, and tell whether it still was `as_read`."""
    nobody = User(
        id=person.id,
        email=f"{person.id}@erased.invalid",
        name=ERASED_NAME,
        role=Role.PATIENT,
        active=False,
        created_at=person.created_at,
    )
    if not transaction.replace_one(nobody, as_read):
        return False
    transaction.insert(Erasure(id=person.id, erased_at=clock.now()))
    return True


async def remove_traces(person_id: Id) -> None:
    """Remove what events still say of an erased person; doing it again changes nothing."""
    appointments = await Appointment.find(_all_of(person_id)).to_list()
    await change_many(Appointment, _all_of(person_id), {"$set": _nothing_left()})
    for one in appointments:
        where = {"_id": one.slot_id, "withdrawal_reason": {"$ne": ""}}
        await change_many(Slot, where, {"$set": {"withdrawal_reason": ""}})
    for subject in (person_id, *(one.id for one in appointments)):
        now = clock.now()
        span = {"$gte": now - _LONG, "$lt": now + timedelta(days=1)}
        where = {"subject_id": subject, "occurred_at": span}
        for record in await EventRecord.find(where).to_list():
            left = without_person(record.payload, person_id)
            await change_one(EventRecord, {"_id": record.id}, {"$set": {"payload": left}})


async def subjects_of(person_id: Id) -> list[Id]:
    """Return what messages to a person are about: the person and each appointment."""
    found = await Appointment.find(_all_of(person_id)).to_list()
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


def _store(person: User, actor: User | None, transaction: Transaction) -> None:
    found = transaction.find(Appointment, _all_of(person.id))
    now = clock.now()
    if any(one.ends_at > now and one.status in _STANDING for one in found):
        raise Conflict("There is still an appointment ahead. Please cancel it first.")
    as_read = {"_id": person.id, "email": person.email, "role": Role.PATIENT.value}
    if not leave_nobody(person, as_read, transaction):
        raise Conflict("Somebody else has just changed this account. Please look again.")
    transaction.change_all(Appointment, _all_of(person.id), {"$set": _nothing_left()})
    transaction.record(PersonErased(actor=_acting(actor), person_id=person.id))


def _nothing_left() -> dict[str, Any]:
    return {
        "patient_name": ERASED_NAME,
        "patient_email": "",
        "patient_phone": "",
        "reason": "",
        "cancellation_reason": "",
        "words": [],
        "idempotency_key": None,
        "fingerprint": "",
        "link_nonce": links.new_nonce(),  # the links in former messages lead nowhere any more
    }


def _acting(actor: User | None) -> Actor:
    if actor is None:
        return _SYSTEM
    # Without the name: it would be the one that has just been erased.
    name = "" if actor.role is Role.PATIENT else actor.name
    return Actor(id=actor.id, role=actor.role.value, name=name)


def _all_of(person_id: Id) -> dict[str, Any]:
    now = clock.now()
    return {"patient_id": person_id, "starts_at": {"$gte": now - _LONG, "$lt": now + _LONG}}
