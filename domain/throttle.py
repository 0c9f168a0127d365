"""Slowing down those who guess: after some free tries each further one doubles a wait.

The counts are in the database, so that all processes share them. A wait refuses to look at a
password; it never closes an account, and never stops its owner from setting a new password by
e-mail, or from signing in with a browser that has been signed in before (see `sessions`).
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from domain import clock, security
from domain.changing import change_one, delete_one
from domain.database import DuplicateKey, on_reader
from domain.documents import Tries
from domain.errors import TooManyTries
from domain.reading import all_found
from domain.sentences import Sentence

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
_REMEMBERED = timedelta(hours=1)
_MOST_DOUBLINGS = 10
_HOME_NETWORK = 64  # of 128 bits: what one household or server gets


@dataclass(frozen=True)
class Mark:
    """What is counted: one kind of try at or from one thing, and how many of them are free."""

    kind: str
    subject: str
    free: Callable[[], int]

    @property
    def id(self) -> str:
        """The name of its count, from which the subject cannot be read."""
        return f"{self.kind}:{hashlib.sha256(self.subject.encode()).hexdigest()}"


def at_account(kind: str, subject: str) -> Mark:
    """Return the mark of one account, by whatever names it."""
    return Mark(kind, subject, lambda: security.current().account_tries)


def from_address(kind: str, origin: str) -> Mark:
    """Return the mark of one network address."""
    return Mark(f"{kind}-from", _network(origin), lambda: security.current().address_tries)


def new_accounts_from(origin: str) -> Mark:
    """Return the mark of the accounts that one network address makes."""
    return Mark("register-from", _network(origin), lambda: security.current().address_accounts)


async def is_patient(mark: Mark) -> bool:
    """Tell whether a mark does not wait."""
    try:
        await require_patience(mark)
    except TooManyTries:
        return False
    return True


async def require_patience(*marks: Mark) -> None:
    """Raise TooManyTries while any of the marks waits."""
    await on_reader(_counted_at, marks)


async def start_over(*marks: Mark) -> None:
    """Forget what is counted at the first mark, as who tried has shown to be the right one.

    Raises TooManyTries if a mark waits by now: of many guesses at once, the right one must not slip
    through beside the wrong ones.
    """
    if marks[0].id in await on_reader(_counted_at, marks):
        await forget(marks[0])


def _counted_at(marks: Sequence[Mark]) -> set[str]:
    """Return which marks have a count, by their ids, or raise TooManyTries while one waits."""
    found = all_found(Tries, {"_id": {"$in": [mark.id for mark in marks]}}) if marks else []
    now = clock.now()
    waits = [one.blocked_until - now for one in found if one.blocked_until]
    if waits and max(waits) > timedelta():
        raise _too_many(max(waits))
    return {tries.id for tries in found}


async def count(*marks: Mark) -> None:
    """Note a try; from the last free one on, nothing more is looked at for a while."""
    for mark in marks:
        number = await _counted(mark)
        over = number - mark.free()
        if over >= 0:
            wait = min(_FIRST_WAIT * 2 ** min(over, _MOST_DOUBLINGS), _LONGEST_WAIT)
            until = clock.now() + wait
            await change_one(Tries, {"_id": mark.id}, {"$set": {"blocked_until": until}})


async def forget(mark: Mark) -> None:
    """Forget what was counted at a mark."""
    await delete_one(Tries, {"_id": mark.id})


async def _counted(mark: Mark) -> int:
    """Count one more and return how many there are."""
    while True:
        now = clock.now()
        until = now + _REMEMBERED
        remembered = {"_id": mark.id, "forget_at": {"$gt": now}}
        if await change_one(
            Tries, remembered, {"$inc": {"number": 1}, "$set": {"forget_at": until}}
        ):
            tries = await Tries.find_one({"_id": mark.id})
            if tries is not None:
                return tries.number
            continue
        old = {"_id": mark.id, "forget_at": {"$lte": now}}
        fresh = {"number": 1, "blocked_until": None, "forget_at": until}
        if await change_one(Tries, old, {"$set": fresh}):
            return 1
        try:
            await Tries(id=mark.id, number=1, forget_at=until).insert()
        except DuplicateKey:
            continue  # somebody else was faster: count on top of that
        return 1


def _network(origin: str) -> str:
    try:
        address = ip_address(origin)
    except ValueError:
        return origin
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(int(address) >> (128 - _HOME_NETWORK))
    return str(address)


def _too_many(wait: timedelta) -> TooManyTries:
    minutes = max(1, round(wait.total_seconds() / 60))
    sentence = Sentence.counted(
        "There were too many tries. Please wait a minute.",
        "There were too many tries. Please wait %(number)s minutes.",
        number=minutes,
    )
    return TooManyTries(sentence, wait)
