"""A new password for whoever reads the mail of an account."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from domain import clock, links, passwords, throttle
from domain.actions.accounts import known_as, require_password
from domain.actions.sessions import NO_SESSIONS, as_proved
from domain.database import DuplicateKey
from domain.documents import PasswordReset, User
from domain.errors import NotFound
from domain.events import Actor, PasswordChanged, PasswordResetRequested, PasswordResetUnknown
from domain.events.snapshots import actor_of
from domain.outbox import Transaction, transact
from domain.queries.addresses import recoverable_at

LINK_HOLDS: Final = timedelta(minutes=45)
_NOBODY = Actor(id=None, role="anonymous")


async def ask_for_reset(email: str, *, origin: str = "") -> None:
    """Write a link to a new password to the address, if there is an account with it.

    Nothing tells whether there is one: neither what comes back nor how long it takes. Links that
    were asked for before hold as long as they would have, so that nobody can spoil them by asking
    again and again; of each account only a few are written.

    Raises:
        TooManyTries: too much was asked for from that network address.
    """
    if origin:
        await throttle.require_patience(throttle.from_address("reset", origin))
        await throttle.count(throttle.from_address("reset", origin))
    address = known_as(email) or ""
    person = await recoverable_at(address)
    if not await _is_patient_enough(address) or person is None or not person.active:
        person = None
    await transact(partial(_store, person, links.new_nonce()))


async def reset_shown(token: str) -> None:
    """Return if a link still leads to a new password.

    Raises:
        NotFound: there is no such link, it was used, or its time is over.
    """
    await _asked_with(token)


async def reset_password(token: str, password: str) -> None:
    """Set a new password and end all sessions; the link and its siblings end, too.

    The link has also shown whose the address is: an account that was registered with it is
    confirmed, and rid of a second factor that a stranger may have added.

    Raises:
        NotFound: as for `reset_shown`.
        Invalid: the password is none that an account may have.
    """
    asked, person = await _asked_with(token)
    require_password(password, person.name, person.email)
    password_hash = await passwords.hash_password(password)
    try:
        await transact(partial(_set, asked, person, password_hash))
    except DuplicateKey as error:
        raise _ended() from error  # another account with the address was confirmed meanwhile
    await throttle.forget(throttle.at_account("sign-in", person.email))


def new_password(password_hash: str) -> dict[str, object]:
    """Return the change that a new password means for a person: it ends all sessions."""
    return {"password_hash": password_hash, "password_changed_at": clock.now(), **NO_SESSIONS}


async def _is_patient_enough(address: str) -> bool:
    """Tell whether one more link may be written to an address, and count it.

    What is not written does not count: while strangers ask without end, a link that still holds
    is always in the owner's mailbox.
    """
    mark = throttle.at_account("reset", address)
    if not await throttle.is_patient(mark):
        return False
    await throttle.count(mark)
    return True


def _store(person: User | None, nonce: str, transaction: Transaction) -> None:
    now = clock.now()
    asked = PasswordReset(
        id=links.digest_of(links.reset_token(nonce)),
        person_id=person.id if person else None,
        address=links.digest_of(person.email if person else ""),
        created_at=now,
        expires_at=now + LINK_HOLDS,
    )
    transaction.insert(asked)
    if person is None:
        transaction.record(PasswordResetUnknown(actor=_NOBODY))
    else:
        transaction.record(_requested(person, nonce, asked.expires_at))


def _requested(person: User, nonce: str, expires_at: datetime) -> PasswordResetRequested:
    return PasswordResetRequested(
        actor=_NOBODY,
        person_id=person.id,
        name=person.name,
        email=person.email,
        person_language=person.language or "",
        nonce=nonce,
        expires_at=expires_at,
    )


async def _asked_with(token: str) -> tuple[PasswordReset, User]:
    asked = await PasswordReset.find_one({"_id": links.digest_of(token)})
    if asked is None or asked.used_at or asked.expires_at <= clock.now():
        raise _ended()
    person = await User.find_one({"_id": asked.person_id})
    if person is None or not person.active or asked.address != links.digest_of(person.email):
        raise _ended()
    if person.password_changed_at and person.password_changed_at >= asked.created_at:
        raise _ended()
    return asked, person


def _set(asked: PasswordReset, person: User, password_hash: str, transaction: Transaction) -> None:
    unused = {"_id": asked.id, "used_at": None}
    used = {"$set": {"used_at": clock.now()}}
    if not transaction.change_one(PasswordReset, unused, used):
        raise _ended()
    change = new_password(password_hash)
    if person.unconfirmed is not None:
        change |= {"unconfirmed": None, "second_factor": None}
    # The link went to that address, and was asked for before any later password.
    as_read = {**as_proved(person), "email": person.email}
    if not transaction.change_one(User, as_read, {"$set": change}):
        raise _ended()
    transaction.record(changed_by(person))


def changed_by(person: User) -> PasswordChanged:
    """Return the fact that somebody's password is another now."""
    return PasswordChanged(
        actor=actor_of(person),
        person_id=person.id,
        name=person.name,
        email=person.email,
        person_language=person.language or "",
    )


def _ended() -> NotFound:
    return NotFound("This link has been used or has expired.")
