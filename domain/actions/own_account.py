"""What people change about their own account: name, telephone, password."""

from functools import partial

from domain import passwords, spans, throttle
from domain.actions.accounts import LONGEST_PASSWORD, checked_together, require_password
from domain.actions.recovery import changed_by, new_password
from domain.actions.sessions import as_proved, open_session
from domain.documents import Appointment, Role, User
from domain.errors import Conflict, Invalid
from domain.events import ParticularsChanged
from domain.events.snapshots import actor_of
from domain.outbox import Transaction, transact
from domain.sentences import Sentence
from domain.text import (
    NAME_LIMIT,
    PHONE_LIMIT,
    one_line,
    search_beginnings,
    search_words,
    with_former,
)


async def introduce(person: User, *, name: str, phone: str) -> None:
    """Call a person by another name, or at another number, also about what is booked already.

    A doctor's name stands at every time that the doctor offers: the practice sets it.

    Raises:
        Invalid: with a sentence for each of `name` and `phone` that is wrong.
        Conflict: somebody else has changed it meanwhile.
    """
    name, phone = checked_together(
        lambda: one_line("name", name, NAME_LIMIT, needed=True),
        lambda: one_line("phone", phone, PHONE_LIMIT),
    )
    if person.role is Role.DOCTOR:
        name = person.name
    if (name, phone) != (person.name, person.phone):
        await transact(partial(_introduce, person, name, phone))


async def change_password(person: User, current: str, password: str, *, device: str = "") -> str:
    """Set another password and end all sessions; return the secret of a new one for this browser.

    Raises:
        Invalid: `current_password` is not right, or `password` is none that an account may have.
        TooManyTries: the current one was guessed too often.
        Conflict: it is another one by now; whoever set that does not lose the account again.
    """
    await prove(person, current, field="current_password")
    require_password(password, person.name, person.email)
    password_hash = await passwords.hash_password(password)
    await transact(partial(_set_password, person, password_hash))
    changed = person.model_copy(update={"password_hash": password_hash})
    return await open_session(changed, device=device)


async def prove(person: User, password: str, *, field: str) -> None:
    """Return if it is really the person who asks, whoever sits at the browser.

    Raises:
        Invalid: the password is not right; `field` is where it was typed.
        TooManyTries: it was guessed too often.
    """
    mark = throttle.at_account("prove", str(person.id))
    await throttle.require_patience(mark)
    if not await passwords.verify(person.password_hash, password[: LONGEST_PASSWORD + 1]):
        await throttle.count(mark)
        sentence = Sentence("This is not your password.")
        raise Invalid(sentence, **{field: sentence})
    await throttle.start_over(mark)


def changed_meanwhile() -> Conflict:
    """Return the refusal of what was asked of an account as it was."""
    return Conflict("Your account has been changed meanwhile. Please look again.")


def _introduce(person: User, name: str, phone: str, transaction: Transaction) -> None:
    words = with_former(search_beginnings(name, person.email), person.words)
    change = {"name": name, "phone": phone, "words": words}
    known = {"name": person.name, "phone": person.phone, "email": person.email}
    if not transaction.change_one(User, {"_id": person.id, **known}, {"$set": change}):
        raise changed_meanwhile()
    if person.role is Role.PATIENT:
        _change_appointments(person, name, phone, transaction)
    changed = tuple(field for field in ("name", "phone") if known[field] != change[field])
    transaction.record(
        ParticularsChanged(actor=actor_of(person), person_id=person.id, changed=changed)
    )


def _change_appointments(patient: User, name: str, phone: str, transaction: Transaction) -> None:
    change = {
        "patient_name": name,
        "patient_phone": phone,
        "words": search_words(name, patient.email),
    }
    mine = {"patient_id": patient.id, "starts_at": spans.ahead()}
    transaction.change_all(Appointment, mine, {"$set": change})


def _set_password(person: User, password_hash: str, transaction: Transaction) -> None:
    change = {"$set": new_password(password_hash)}
    if not transaction.change_one(User, as_proved(person), change):
        raise changed_meanwhile()
    transaction.record(changed_by(person))
