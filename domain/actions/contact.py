"""Where a patient is written to."""

from functools import partial

from domain import clock, spans
from domain.actions.accounts import address_in_use, clean_address
from domain.database import DuplicateKey
from domain.documents import Appointment, User
from domain.documents.user import DESK
from domain.errors import Conflict, Forbidden
from domain.events import PatientAddressChanged
from domain.events.snapshots import actor_of
from domain.ids import Id
from domain.outbox import Transaction, transact
from domain.queries.patients import patient_by_id
from domain.text import search_beginnings, search_words, with_former


async def change_address(patient_id: Id, email: str, actor: User) -> User:
    """Write to a patient at another address from now on, about what is booked already, too.

    The address is also what the patient signs in with, and the desk has asked for it: it counts as
    confirmed. The present one again changes nothing.

    Raises:
        NotFound: there is no such patient.
        Forbidden: only the reception desk does this.
        Invalid: it is no address, or another account has it.
        Conflict: somebody else has changed it meanwhile.
    """
    if actor.role not in DESK:
        raise Forbidden("Only the reception desk changes a patient’s address.")
    patient = await patient_by_id(patient_id)
    address = clean_address(email)
    if address == patient.email:
        return patient
    try:
        return await transact(partial(_store, patient, address, actor))
    except DuplicateKey as error:
        raise address_in_use() from error


def _store(patient: User, address: str, actor: User, transaction: Transaction) -> User:
    words = with_former(search_beginnings(patient.name, address), patient.words)
    change = {"email": address, "unconfirmed": None, "words": words}
    as_read = {"_id": patient.id, "email": patient.email, "name": patient.name}
    if not transaction.change_one(User, as_read, {"$set": change}):
        raise Conflict("The address of this patient has changed meanwhile.")
    _change_appointments(patient, address, transaction)
    transaction.record(
        PatientAddressChanged(
            actor=actor_of(actor),
            patient_id=patient.id,
            email=address,
            previous_email=patient.email,
        )
    )
    changed: User = patient.model_copy(update=change)
    return changed


def _change_appointments(patient: User, address: str, transaction: Transaction) -> None:
    mine = {"patient_id": patient.id, "starts_at": spans.not_over()}
    for one in transaction.find(Appointment, mine):
        if one.ends_at <= clock.now():
            continue
        change = {"patient_email": address, "words": search_words(one.patient_name, address)}
        transaction.change_one(Appointment, {"_id": one.id}, {"$set": change})
