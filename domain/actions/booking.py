"""Booking: giving an open slot to a patient, exactly once."""

from functools import partial

from domain import clock
from domain.actions.accounts import address_in_use, new_person
from domain.actions.claiming import claim, placed_in, require_doctor, taken
from domain.actions.trying_again import until_unchanged
from domain.database import DuplicateKey
from domain.documents import Appointment, AppointmentStatus, Role, Slot, SlotStatus, User
from domain.documents.user import DESK
from domain.errors import AlreadyEnded, Forbidden, Invalid, PatientBusy, SlotTaken
from domain.events import AppointmentCreated
from domain.events.snapshots import actor_of, appointment_facts
from domain.ids import Id
from domain.indexes import violated_index
from domain.one_by_one import one_by_one
from domain.outbox import Transaction, transact
from domain.queries.addresses import account_at
from domain.queries.free_times import slot_shown
from domain.references import new_reference
from domain.rules import require_bookable
from domain.text import REASON_LIMIT, one_line, paragraph, search_words

_KEY_LIMIT = 100
_REFERENCE_ATTEMPTS = 5


async def book(
    slot_id: Id,
    patient: User,
    *,
    actor: User | None = None,
    reason: str = "",
    idempotency_key: str | None = None,
) -> Appointment:
    """Give an open slot to a patient; `actor` is who books when it is not the patient.

    The same key with the same slot and reason answers with the first booking again.

    Raises:
        NotFound: there is no such slot.
        SlotTaken: it is not open any more.
        PatientBusy: the patient has another appointment at that time.
        TooLate: the rules of the practice do not allow this time (any more).
        Forbidden: the actor may not book for this patient.
        AlreadyEnded: what was booked with the key has been cancelled since.
        Invalid: `reason` is too long, or the key was used for something else.
    """
    return await _booked(slot_id, patient, actor or patient, reason, idempotency_key)


async def book_for_newcomer(
    slot_id: Id,
    *,
    actor: User,
    name: str,
    email: str,
    phone: str = "",
    reason: str = "",
    idempotency_key: str | None = None,
) -> Appointment:
    """Give an open slot to somebody at the desk, who becomes a patient with the booking.

    An existing patient with that address is booked for as they are stored, so that the same form
    sent again answers with the first booking.

    Raises:
        Invalid: a sentence for each field that is wrong, or the address belongs to staff or to
            an account that was closed.
        NotFound, SlotTaken, PatientBusy, TooLate, Forbidden, AlreadyEnded: as for `book`.
    """
    newcomer = new_person(role=Role.PATIENT, email=email, name=name, phone=phone)
    known = await _patient_at(newcomer.email)
    if known is None:
        try:
            return await _booked(slot_id, newcomer, actor, reason, idempotency_key, is_new=True)
        except (SlotTaken, Invalid):
            # The same person may have been entered in this very moment: a form sent twice at once.
            known = await _patient_at(newcomer.email)
            if known is None:
                raise
    return await book(slot_id, known, actor=actor, reason=reason, idempotency_key=idempotency_key)


async def _booked(
    slot_id: Id, patient: User, actor: User, reason: str, key: str | None, *, is_new: bool = False
) -> Appointment:
    _require_may_book(actor, patient)

    async def attempt() -> Appointment:
        slot = await slot_shown(slot_id)
        appointment = _drafted(slot, patient, reason, key)
        if slot.status is not SlotStatus.OPEN:
            return await _answered_before(appointment)
        require_bookable(slot.starts_at, slot.ends_at, actor)
        await require_doctor(slot)
        return await _book_once(appointment, actor, patient if is_new else None)

    async with one_by_one(slot_id):
        return await until_unchanged(attempt, taken())


async def _patient_at(email: str) -> User | None:
    """Return the patient with an address, or raise Invalid if it is somebody else's."""
    known = await account_at(email)
    if known is not None and (known.role is not Role.PATIENT or not known.active):
        raise address_in_use()
    return known


async def _book_once(appointment: Appointment, actor: User, newcomer: User | None) -> Appointment:
    for _ in range(_REFERENCE_ATTEMPTS):
        try:
            await transact(partial(_store, appointment, actor, newcomer))
        except SlotTaken:
            return await _answered_before(appointment)
        except DuplicateKey as error:
            index = violated_index(error)
            if index != "appointments_reference":
                return await _resolve(index, appointment, error)
            appointment.reference = new_reference()
        else:
            return appointment
    raise RuntimeError("no unused reference was found")


def _store(
    appointment: Appointment, actor: User, newcomer: User | None, transaction: Transaction
) -> None:
    if not claim(appointment, transaction):
        raise taken()
    if newcomer is not None:
        transaction.insert(newcomer)
    transaction.insert(appointment)
    transaction.record(
        AppointmentCreated(actor=actor_of(actor), appointment=appointment_facts(appointment))
    )


async def _resolve(index: str, appointment: Appointment, error: Exception) -> Appointment:
    """Answer a booking that a unique index refused."""
    if index == "users_address":
        raise address_in_use() from error
    first = await _first_answer(appointment)
    if first is not None:
        return first
    if index == "appointments_patient_in_one_place":
        raise PatientBusy("There is another appointment at that time.") from error
    if index == "appointments_idempotency":
        raise AlreadyEnded(
            "What was booked with this form has been cancelled since. Send it again to book anew."
        ) from error
    raise taken() from error


async def _answered_before(appointment: Appointment) -> Appointment:
    """Return the booking that was made with the same key, or raise SlotTaken."""
    first = await _first_answer(appointment)
    if first is None:
        raise taken()
    return first


async def _first_answer(appointment: Appointment) -> Appointment | None:
    """Return what was booked with the same key, unless it has been cancelled since."""
    if appointment.idempotency_key is None:
        return None
    first = await Appointment.find_one(
        {
            "patient_id": appointment.patient_id,
            "idempotency_key": appointment.idempotency_key,
        }
    )
    if first is not None and not _asks_the_same(first, appointment):
        raise Invalid("This form was already used to book another time. Please start again.")
    return None if first and first.status is AppointmentStatus.CANCELLED else first


def _drafted(slot: Slot, patient: User, reason: str, key: str | None) -> Appointment:
    because = paragraph("reason", reason, REASON_LIMIT)
    key = one_line("idempotency_key", key or "", _KEY_LIMIT) or None
    now = clock.now()
    return Appointment(
        reference=new_reference(),
        patient_id=patient.id,
        patient_name=patient.name,
        patient_email=patient.email,
        patient_phone=patient.phone,
        patient_language=patient.language or "",
        reason=because,
        words=search_words(patient.name, patient.email),
        idempotency_key=key,
        fingerprint=str(slot.id),
        created_at=now,
        scheduled_at=now,
        **placed_in(slot),
    )


def _asks_the_same(first: Appointment, again: Appointment) -> bool:
    return (first.fingerprint, first.reason) == (again.fingerprint, again.reason)


def _require_may_book(actor: User, patient: User) -> None:
    if patient.role is not Role.PATIENT:
        raise Forbidden("Only patients have appointments.")
    if actor.id != patient.id and actor.role not in DESK:
        raise Forbidden("Only the reception desk books for somebody else.")
