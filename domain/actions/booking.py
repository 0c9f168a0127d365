"""Booking: giving an open slot to a patient, exactly once."""

from dataclasses import dataclass
from functools import partial

from domain import clock
from domain.actions.accounts import address_in_use, new_person
from domain.actions.claiming import bookable, claim, placed_in, taken
from domain.actions.trying_again import until_unchanged
from domain.database import DuplicateKey
from domain.documents import Appointment, AppointmentStatus, Role, Slot, User
from domain.documents.user import DESK
from domain.errors import AlreadyEnded, Forbidden, Invalid, PatientBusy, SlotTaken
from domain.events import AppointmentCreated
from domain.events.snapshots import actor_of, appointment_facts
from domain.ids import Id
from domain.indexes import violated_index
from domain.one_by_one import one_by_one
from domain.outbox import Transaction, transact
from domain.queries.addresses import account_at
from domain.references import new_reference
from domain.sealing import Confidential
from domain.text import REASON_LIMIT, one_line, paragraph, search_words

_KEY_LIMIT = 100
_REFERENCE_ATTEMPTS = 5


@dataclass(frozen=True, kw_only=True)
class _Wish:
    """What is to be booked for whom, and by whom; `is_new`: the patient is stored with it."""

    slot_id: Id
    patient: User
    actor: User
    reason: Confidential
    key: str | None
    is_new: bool

    @property
    def fingerprint(self) -> str:
        """What tells, beside the reason, whether the same form asks for the same again."""
        return str(self.slot_id)


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
    return await _booked(_wish(slot_id, patient, actor or patient, reason, idempotency_key))


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
            wish = _wish(slot_id, newcomer, actor, reason, idempotency_key, is_new=True)
            return await _booked(wish)
        except (SlotTaken, Invalid):
            # The same person may have been entered in this very moment: a form sent twice at once.
            known = await _patient_at(newcomer.email)
            if known is None:
                raise
    return await book(slot_id, known, actor=actor, reason=reason, idempotency_key=idempotency_key)


def _wish(
    slot_id: Id, patient: User, actor: User, reason: str, key: str | None, *, is_new: bool = False
) -> _Wish:
    return _Wish(
        slot_id=slot_id,
        patient=patient,
        actor=actor,
        reason=paragraph("reason", reason, REASON_LIMIT),
        key=one_line("idempotency_key", key or "", _KEY_LIMIT) or None,
        is_new=is_new,
    )


async def _booked(wish: _Wish) -> Appointment:
    _require_may_book(wish.actor, wish.patient)
    async with one_by_one(wish.slot_id):
        return await until_unchanged(partial(_book_once, wish), taken())


async def _patient_at(email: str) -> User | None:
    """Return the patient with an address, or raise Invalid if it is somebody else's."""
    known = await account_at(email)
    if known is not None and (known.role is not Role.PATIENT or not known.active):
        raise address_in_use()
    return known


async def _book_once(wish: _Wish) -> Appointment:
    for _ in range(_REFERENCE_ATTEMPTS):
        try:
            return await transact(partial(_store, wish))
        except SlotTaken as refusal:
            return await _answered_before(wish, refusal)
        except DuplicateKey as error:
            index = violated_index(error)
            if index != "appointments_reference":
                return await _resolve(index, wish, error)
    raise RuntimeError("no unused reference was found")


def _store(wish: _Wish, transaction: Transaction) -> Appointment:
    appointment = _drafted(bookable(wish.slot_id, wish.actor), wish)
    if not claim(appointment, transaction):
        raise taken()
    if wish.is_new:
        transaction.insert(wish.patient)
    transaction.insert(appointment)
    transaction.record(
        AppointmentCreated(actor=actor_of(wish.actor), appointment=appointment_facts(appointment))
    )
    return appointment


async def _resolve(index: str, wish: _Wish, error: Exception) -> Appointment:
    """Answer a booking that a unique index refused."""
    if index == "users_address":
        raise address_in_use() from error
    first = await _first_answer(wish)
    if first is not None:
        return first
    if index == "appointments_patient_in_one_place":
        raise PatientBusy("There is another appointment at that time.") from error
    if index == "appointments_idempotency":
        raise AlreadyEnded(
            "What was booked with this form has been cancelled since. Send it again to book anew."
        ) from error
    raise taken() from error


async def _answered_before(wish: _Wish, refusal: SlotTaken) -> Appointment:
    """Return the booking that was made with the same key, or raise the refusal."""
    first = await _first_answer(wish)
    if first is None:
        raise refusal
    return first


async def _first_answer(wish: _Wish) -> Appointment | None:
    """Return what was booked with the same key, unless it has been cancelled since."""
    if wish.key is None:
        return None
    first = await Appointment.find_one({"patient_id": wish.patient.id, "idempotency_key": wish.key})
    if first is not None and (first.fingerprint, first.reason) != (wish.fingerprint, wish.reason):
        raise Invalid("This form was already used to book another time. Please start again.")
    return None if first and first.status is AppointmentStatus.CANCELLED else first


def _drafted(slot: Slot, wish: _Wish) -> Appointment:
    patient, now = wish.patient, clock.now()
    return Appointment(
        reference=new_reference(),
        patient_id=patient.id,
        patient_name=patient.name,
        patient_email=patient.email,
        patient_phone=patient.phone,
        patient_language=patient.language or "",
        reason=wish.reason,
        words=search_words(patient.name, patient.email),
        idempotency_key=wish.key,
        fingerprint=wish.fingerprint,
        created_at=now,
        scheduled_at=now,
        **placed_in(slot),
    )


def _require_may_book(actor: User, patient: User) -> None:
    if patient.role is not Role.PATIENT:
        raise Forbidden("Only patients have appointments.")
    if actor.id != patient.id and actor.role not in DESK:
        raise Forbidden("Only the reception desk books for somebody else.")
