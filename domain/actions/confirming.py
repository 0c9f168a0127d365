"""Confirming the address that an account was registered with, by the link that was sent to it.

The link shows who reads the mail of the address, the password or the session who registered: only
both together confirm. A stranger who registers with somebody's address gets in nowhere, even if
its owner opens the link.
"""

from datetime import timedelta
from functools import partial
from typing import Any, Final

from domain import clock, links, spans
from domain.actions.erasing import leave_nobody
from domain.actions.own_account import prove
from domain.database import DuplicateKey
from domain.documents import Appointment, Role, User
from domain.errors import Conflict, NotFound
from domain.events import AccountsJoined, EmailConfirmed
from domain.events.snapshots import actor_of
from domain.ids import parse_id
from domain.outbox import Transaction, transact
from domain.queries.addresses import account_at
from domain.text import with_former

LINK_HOLDS: Final = timedelta(days=3)


async def registered_with(token: str) -> User:
    """Return whose address a link confirms.

    Raises:
        NotFound: no such link, it has done its work, or its time is over.
    """
    person = await User.find_one({"_id": parse_id(links.id_named(token))})
    if person is None or person.unconfirmed is None or not person.active:
        raise _ended()
    if not links.equal(token, links.confirm_token(person.id, person.unconfirmed, person.email)):
        raise _ended()
    if links.made_at(person.unconfirmed) + LINK_HOLDS <= clock.now():
        raise _ended()
    return person


async def confirm(token: str, *, reader: User | None, password: str) -> User:
    """Confirm an address and return the account that has it now.

    `reader`: who opened the link; anybody but the one who registered proves it by the password.

    Raises:
        NotFound: as for `registered_with`.
        Invalid: the password is not right.
        TooManyTries: it was guessed too often.
        Conflict: what was booked does not fit into the account there was before.
    """
    person = await registered_with(token)
    if reader is None or reader.id != person.id:
        await prove(person, password, field="password")
    try:
        return await transact(partial(_confirm, person))
    except DuplicateKey:
        return await _join(person)


async def _join(newcomer: User) -> User:
    account = await account_at(newcomer.email)
    if account is None or account.role is not Role.PATIENT:
        raise Conflict("This address belongs to somebody who works here. Please use another one.")
    try:
        return await transact(partial(_bring_over, newcomer, account))
    except DuplicateKey as error:
        raise Conflict(
            "Your account has another appointment at the time that you booked. "
            "Please cancel one of them first."
        ) from error


def _confirm(person: User, transaction: Transaction) -> User:
    change = {"unconfirmed": None}
    if not transaction.change_one(User, _as_read(person), {"$set": change}):
        raise _ended()
    transaction.record(EmailConfirmed(actor=actor_of(person), person_id=person.id))
    confirmed: User = person.model_copy(update=change)
    return confirmed


def _bring_over(newcomer: User, account: User, transaction: Transaction) -> User:
    # Written to, so that the account cannot be erased in the same moment.
    still = {"_id": account.id, "email": account.email, "active": True}
    # What is brought over is looked for by the name under which it was booked.
    words = with_former(account.words, newcomer.words)
    claim = {"$inc": {"revision": 1}, "$set": {"words": words}}
    if not transaction.change_one(User, {**still, "words": account.words}, claim):
        raise Conflict("Your account has been changed meanwhile. Please look again.")
    booked = {"patient_id": newcomer.id, "starts_at": spans.ever()}
    for one in transaction.find(Appointment, booked):
        # One at a time and named as a whole: on a sharded cluster it changes its shard.
        mine = {"_id": one.id, "patient_id": newcomer.id}
        transaction.change_one(Appointment, mine, {"$set": {"patient_id": account.id}})
    if not leave_nobody(newcomer, _as_read(newcomer), transaction):
        raise _ended()
    transaction.record(
        AccountsJoined(actor=actor_of(account), person_id=account.id, joined_id=newcomer.id)
    )
    return account


def _as_read(person: User) -> dict[str, Any]:
    return {"_id": person.id, "unconfirmed": person.unconfirmed, "email": person.email}


def _ended() -> NotFound:
    return NotFound("This link has been used or has expired.")
