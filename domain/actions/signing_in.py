"""Proving who one is by a password."""

from dataclasses import dataclass

from domain import passwords, throttle
from domain.actions.accounts import LONGEST_PASSWORD, is_text, known_as
from domain.actions.sessions import open_session
from domain.documents import User
from domain.errors import DomainError, Invalid, Kind, TooManyTries
from domain.ids import Id
from domain.queries.addresses import account_at
from domain.reading import read_one
from domain.sentences import Sentence
from domain.throttle import Mark


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who asks to be let in: the network address, the browser in words, and whether it is known.

    `known`: whose password this browser has proved before, and the browser's own random mark.
    Strangers who guess at an account do not make its owner wait there.
    """

    origin: str = ""
    device: str = ""
    known: tuple[Id, str] | None = None


class CodeNeeded(DomainError):
    """The password is right; whose it is, has a second factor, too.

    `password_changed_at`: which of the person's passwords it was that was proved.
    """

    kind = Kind.FORBIDDEN

    def __init__(self, person: User) -> None:
        super().__init__(Sentence("Please type the code of your authenticator app."))
        self.person_id = person.id
        self.password_changed_at = person.password_changed_at


_UNSEEN = Visitor()


async def sign_in(email: str, password: str, visitor: Visitor = _UNSEEN) -> tuple[User, str]:
    """Return the person and a new session's secret.

    Raises:
        Invalid: no such account, wrong password or deactivated: one sentence for all of them.
        TooManyTries: at this account or from this address; the password was not looked at.
        CodeNeeded: the password is right, and there is a second factor.
    """
    address = known_as(email) or ""
    person = await _newcomer(address, password, visitor)
    if person is None:
        person = await _owner(address, password, visitor)
    if person.second_factor is not None:
        raise CodeNeeded(person)
    return person, await open_session(person, device=visitor.device)


async def _owner(address: str, password: str, visitor: Visitor) -> User:
    """Return whose account has the address, if the password fits."""
    person = await account_at(address) if address else None
    marks = _marks(address, person, visitor)
    await throttle.require_patience(*marks)
    if not await _fits(person, password) or person is None:
        await throttle.count(*marks)
        raise Invalid("The e-mail address or the password is not right.")
    await throttle.start_over(*marks)
    return person


async def _newcomer(address: str, password: str, visitor: Visitor) -> User | None:
    """Return who registered with this browser and has not confirmed the address yet, if it fits.

    Whether the address has an account plays no part in it, so that nothing can be told from it.
    """
    person = await read_one(User, {"_id": visitor.known[0]}) if visitor.known else None
    if person is None or person.unconfirmed is None or person.email != address:
        return None
    mark = throttle.at_account("sign-in", str(person.id))
    if not await throttle.is_patient(mark):
        return None
    if not await _fits(person, password):
        await throttle.count(mark)
        return None
    try:
        await throttle.start_over(mark)
    except TooManyTries:
        return None
    return person


async def _fits(person: User | None, password: str) -> bool:
    """Tell whether a person may come in with a password; as slow for nobody as for somebody."""
    stored = person.password_hash if person else None
    typed = password[: LONGEST_PASSWORD + 1] if is_text(password) else ""
    return await passwords.verify(stored, typed) and person is not None and person.active


def _marks(address: str, person: User | None, visitor: Visitor) -> list[Mark]:
    """Return what a wrong password counts against, the account first."""
    if person is not None and visitor.known is not None and visitor.known[0] == person.id:
        return [throttle.at_account("sign-in", f"{address} {visitor.known[1]}")]
    account = throttle.at_account("sign-in", address)
    return (
        [account, throttle.from_address("sign-in", visitor.origin)] if visitor.origin else [account]
    )
