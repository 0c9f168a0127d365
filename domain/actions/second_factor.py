"""A second factor: something that one has, besides the password that one knows."""

from datetime import datetime
from functools import partial
from typing import Any

from domain import clock, throttle, totp
from domain.actions.accounts import known_as
from domain.actions.own_account import changed_meanwhile, prove
from domain.actions.sessions import as_proved, open_session
from domain.actions.signing_in import Visitor
from domain.changing import change_one
from domain.documents import User
from domain.errors import Conflict, Invalid, NotFound
from domain.events import Actor, SecondFactorAdded, SecondFactorRemoved
from domain.events.snapshots import actor_of
from domain.ids import Id
from domain.outbox import Transaction, transact
from domain.queries.addresses import account_at
from domain.sealing import Confidential
from domain.sentences import Sentence

_OPERATOR = Actor(id=None, role="operator")
_WRONG = Sentence("This code is not right. Codes change every half minute, and each works once.")


async def add_second_factor(person: User, *, secret: str, code: str, password: str) -> list[str]:
    """Ask for a code at each sign-in from now on; return the recovery codes, shown this once.

    Raises:
        Invalid: `code` is not the one of the secret, or `current_password` is not right.
        TooManyTries: the password was guessed too often.
        Conflict: there is one already, or the password is another one by now.
    """
    await prove(person, password, field="current_password")
    step = totp.step_of(secret, code)
    if step is None:
        raise Invalid(_WRONG, code=_WRONG)
    codes = totp.new_recovery_codes()
    factor: dict[str, object] = {
        "secret": Confidential(secret).sealed(),
        "recovery": [totp.recovery_digest(one) for one in codes],
        "last_step": step,
        "added_at": clock.now(),
    }
    await transact(partial(_store, person, factor))
    return codes


async def remove_second_factor(person: User, *, password: str) -> None:
    """Ask for the password alone from now on.

    Raises:
        Invalid: `current_password` is not right.
        TooManyTries: it was guessed too often.
        Conflict: it is another one by now.
    """
    await prove(person, password, field="current_password")
    await transact(partial(_remove_own, person))


async def take_away_second_factor(email: str) -> None:
    """Do the same for somebody who has lost telephone and codes; only the operator can.

    Raises:
        NotFound: nobody has this address and a second factor.
    """
    person = await account_at(known_as(email) or "")
    if person is None or person.second_factor is None:
        raise NotFound("Nobody with this address has a second factor.")
    await transact(partial(_remove, person, {"_id": person.id}, by=_OPERATOR))


async def finish_sign_in(
    person_id: Id, password_changed_at: datetime | None, code: str, visitor: Visitor
) -> tuple[User, str]:
    """Return the person, who proved the password just before, and a new session's secret.

    `password_changed_at` is what `CodeNeeded` said: the password may be another one by now.

    Raises:
        Invalid: the code is not right, was used before, or the password has changed meanwhile.
        TooManyTries: codes were guessed too often.
    """
    known = visitor.known is not None and visitor.known[0] == person_id
    subject = f"{person_id} {visitor.known[1]}" if known and visitor.known else str(person_id)
    mark = throttle.at_account("code", subject)
    await throttle.require_patience(mark)
    person = await User.find_one({"_id": person_id})
    if person is None or not person.active or person.password_changed_at != password_changed_at:
        raise Invalid("Please sign in again.")
    if not await _is_right(person, code):
        await throttle.count(mark)
        raise Invalid(_WRONG, code=_WRONG)
    await throttle.start_over(mark)
    return person, await open_session(person, device=visitor.device)


async def _is_right(person: User, typed: str) -> bool:
    """Tell whether a code fits, and see to it that it never does again."""
    factor = person.second_factor
    if factor is None:
        return False
    step = totp.step_of(str(factor.secret), typed)
    if step is not None:
        later = {"_id": person.id, "second_factor.last_step": {"$lt": step}}
        return await change_one(User, later, {"$set": {"second_factor.last_step": step}})
    digest = totp.recovery_digest(typed)
    if digest not in factor.recovery:
        return False
    unused = {"_id": person.id, "second_factor.recovery": digest}
    return await change_one(User, unused, {"$pull": {"second_factor.recovery": digest}})


def _store(person: User, factor: dict[str, object], transaction: Transaction) -> None:
    without = {**as_proved(person), "second_factor": None}
    change = {"$set": {"second_factor": factor}}
    if person.second_factor is not None:
        raise Conflict("Your account has a second factor already.")
    if not transaction.change_one(User, without, change):
        raise changed_meanwhile()
    transaction.record(SecondFactorAdded(**_facts(person)))


def _remove_own(person: User, transaction: Transaction) -> None:
    if person.second_factor and not _remove(person, as_proved(person), transaction):
        raise changed_meanwhile()


def _remove(
    person: User, as_read: dict[str, Any], transaction: Transaction, *, by: Actor | None = None
) -> bool:
    removed = transaction.change_one(User, as_read, {"$set": {"second_factor": None}})
    if removed:
        facts = _facts(person)
        transaction.record(SecondFactorRemoved(**{**facts, "actor": by or facts["actor"]}))
    return removed


def _facts(person: User) -> dict[str, Any]:
    return {
        "actor": actor_of(person),
        "person_id": person.id,
        "name": person.name,
        "email": person.email,
        "person_language": person.language or "",
    }
