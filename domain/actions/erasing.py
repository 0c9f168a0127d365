"""Erasing a person: the practice keeps its figures, and nothing of who it was.

The account and all appointments lose name, address, number and reasons in one transaction. Events
and messages follow within a minute (`remove_traces`, run by the scheduler until it is done): there
may be thousands, and nobody should wait for them in front of a page.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from pydantic import BaseModel

from domain import clock, links, spans
from domain.actions.own_account import prove
from domain.actions.sessions import as_proved
from domain.documents import Appointment, AppointmentStatus, Erasure, Role, User
from domain.errors import Conflict, Forbidden
from domain.events import Actor, PersonErased
from domain.ids import Id
from domain.outbox import Transaction, transact
from domain.queries.patients import patient_by_id
from domain.sentences import Sentence

ERASED_NAME = "Erased patient"
_STANDING = (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED)
_SYSTEM = Actor(id=None, role="system", name="Bookwell")


class _Booked(BaseModel):
    """What decides whether a patient may be erased; what else is stored need not be readable."""

    starts_at: datetime
    ends_at: datetime
    status: AppointmentStatus


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


def _store(person: User, actor: User | None, transaction: Transaction) -> None:
    _require_nothing_ahead(transaction.rows(Appointment, all_of(person.id), _Booked))
    if not leave_nobody(person, _as_read(person, actor), transaction):
        raise Conflict("Somebody else has just changed this account. Please look again.")
    transaction.change_all(Appointment, all_of(person.id), {"$set": nothing_left()})
    transaction.record(PersonErased(actor=_acting(actor), person_id=person.id))


def _require_nothing_ahead(appointments: Iterable[_Booked]) -> None:
    now = clock.now()
    ahead = [one for one in appointments if one.ends_at > now]
    if standing := sum(one.status in _STANDING for one in ahead):
        raise Conflict(
            Sentence.counted(
                "There is still an appointment ahead. Please cancel it first.",
                "There are still %(number)s appointments ahead. Please cancel them first.",
                number=standing,
            )
        )
    if any(one.starts_at > now and one.status is not AppointmentStatus.CANCELLED for one in ahead):
        # The practice may undo the mark: somebody erased would then be expected.
        raise Conflict(
            "An appointment that lies ahead is marked as over. The practice has to undo that first."
        )


def _as_read(person: User, actor: User | None) -> dict[str, Any]:
    known = {"email": person.email, "unconfirmed": person.unconfirmed, "role": Role.PATIENT.value}
    # Where nobody asked for it, whoever has come back since stays.
    seen = {"last_seen_at": person.last_seen_at} if actor is None else {}
    return {**as_proved(person), **known, **seen}


def nothing_left() -> dict[str, Any]:
    """Return the change that leaves an appointment without what tells whose it was."""
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


def all_of(person_id: Id) -> dict[str, Any]:
    """Return the filter for all appointments of a person."""
    return {"patient_id": person_id, "starts_at": spans.ever()}
