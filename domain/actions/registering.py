"""Registering: an account of one's own at once, whose address is confirmed by mail.

Nothing tells whether an address has an account. Whoever registers gets a new one, which is theirs
in the browser that made it, and books with it; the owner of the address gets a link. It makes the
account one to sign in with anywhere, or brings what was booked into the account there was before
(see `confirming`).
"""

from functools import partial

from domain import clock, links, passwords, throttle
from domain.actions.accounts import checked_together, new_person, require_password
from domain.documents import Role, User
from domain.errors import Conflict
from domain.events import EmailConfirmationRequested
from domain.events.snapshots import actor_of
from domain.languages import LANGUAGES
from domain.outbox import Transaction, transact
from domain.queries.addresses import account_at


async def register(
    *,
    email: str,
    password: str,
    name: str,
    phone: str = "",
    language: str | None = None,
    origin: str = "",
) -> User:
    """Make a patient's account; `origin` is the network address that asks for it.

    Messages are in `language`, or in that of the practice.

    Raises:
        Invalid: with a sentence for each of `email`, `password`, `name`, `phone` that is wrong.
        TooManyTries: too many accounts were asked for from there.
    """
    marks = [throttle.new_accounts_from(origin)] if origin else []
    await throttle.require_patience(*marks)
    await throttle.count(*marks)
    person: User
    person, _ = checked_together(
        lambda: new_person(role=Role.PATIENT, email=email, name=name, phone=phone),
        partial(require_password, password, name, email),
    )
    person.password_hash = await passwords.hash_password(password)
    person.language = language if language in LANGUAGES else None
    person.unconfirmed = links.dated_nonce(clock.now())
    known = await account_at(person.email) is not None
    await transact(partial(_store, person, known=known, told=await _may_be_told(person)))
    return person


async def ask_again(person: User) -> None:
    """Write another link to somebody who has not confirmed the address; former ones end.

    Raises:
        Conflict: it is confirmed, or another link was asked for in this moment.
        TooManyTries: links were asked for too often.
    """
    await throttle.require_patience(_mark(person))
    await throttle.count(_mark(person))
    known = await account_at(person.email) is not None
    await transact(partial(_store_again, person, known=known))


async def _may_be_told(person: User) -> bool:
    """Tell whether one more link may be written, and count it.

    A stranger may register with any address, and must not fill its mailbox; that a message stays
    away tells the stranger nothing.
    """
    if not await throttle.is_patient(_mark(person)):
        return False
    await throttle.count(_mark(person))
    return True


def _mark(person: User) -> throttle.Mark:
    return throttle.at_account("confirm", person.email)


def _store(person: User, transaction: Transaction, *, known: bool, told: bool) -> None:
    transaction.insert(person)
    if told:
        transaction.record(_requested(person, known=known))


def _store_again(person: User, transaction: Transaction, *, known: bool) -> None:
    as_read = {"_id": person.id, "unconfirmed": person.unconfirmed}
    asked = {"unconfirmed": links.dated_nonce(clock.now())}
    if person.unconfirmed is None or not transaction.change_one(User, as_read, {"$set": asked}):
        raise Conflict("Your account has been changed meanwhile. Please look again.")
    transaction.record(_requested(person.model_copy(update=asked), known=known))


def _requested(person: User, *, known: bool) -> EmailConfirmationRequested:
    return EmailConfirmationRequested(
        actor=actor_of(person),
        person_id=person.id,
        name=person.name,
        email=person.email,
        person_language=person.language or "",
        nonce=person.unconfirmed or "",
        known=known,
    )
