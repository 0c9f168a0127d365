"""Sessions: a browser in which somebody is signed in. Each lives on the server and can be ended.

The browser holds a random secret, the person's document its SHA-256: one read by `_id` tells who
is asking and whether the session still holds, and whatever changes a password or a role ends the
sessions in the very same write.
"""

import hashlib
import secrets
from datetime import timedelta
from functools import partial
from typing import Any, Final

from domain import clock, security
from domain.changing import change_one, changed_one
from domain.database import waiting_here
from domain.documents import SessionEntry, User
from domain.errors import Invalid, NotFound
from domain.ids import Id
from domain.reading import one_found

_MOST_PER_PERSON = 20
_DEVICE_LIMIT = 60
# How exactly it is known when a session was last used: not every request writes.
_SEEN_AFTER = timedelta(minutes=5)

NO_SESSIONS: Final[dict[str, Any]] = {"sessions": []}
"""What ends all sessions of a person, within the `$set` of the change that calls for it."""


async def open_session(person: User, *, device: str = "") -> str:
    """Open a session of a person and return its secret; `device` names it in their list.

    `person` is as read when they proved who they are: the password may have been changed since,
    by somebody who wanted to be rid of whoever knew the former one.

    Raises:
        Invalid: it was, or the account was closed.
    """
    secret, now = secrets.token_urlsafe(32), clock.now()
    entry = SessionEntry(
        digest=digest_of(secret),
        created_at=now,
        seen_at=now,
        expires_at=now + security.current().session_lifetime,
        device=device[:_DEVICE_LIMIT],
    )
    push = {"$each": [entry.model_dump()], "$slice": -_MOST_PER_PERSON}
    change = {"$push": {"sessions": push}, "$set": {"last_seen_at": now}}
    if not await change_one(User, as_proved(person), change):
        raise Invalid("Please sign in again.")
    return secret


def as_proved(person: User) -> dict[str, Any]:
    """Return the condition that an account is open, with the password that it had when read."""
    return {"_id": person.id, "active": True, "password_hash": person.password_hash}


def identify(person_id: Id, secret: str, *, attended: bool = True) -> User | None:
    """Return the person behind a session, or None where session or account have ended.

    `attended`: the person does something; a page that refreshes itself keeps no session alive.
    Each request asks this first, so that it waits on the request's own thread.
    """
    return waiting_here(partial(_identified, person_id, secret, attended=attended))


def _identified(person_id: Id, secret: str, *, attended: bool) -> User | None:
    person = one_found(User, {"_id": person_id})
    if person is None or not person.active:
        return None
    digest = digest_of(secret)
    for entry in alive(person):
        if secrets.compare_digest(entry.digest, digest):
            if attended:
                _see(person, entry)
            return person
    return None


def alive(person: User) -> list[SessionEntry]:
    """Return the sessions of a person that have not ended, the latest first."""
    now, idle = clock.now(), security.current().session_idle
    return [
        entry
        for entry in reversed(person.sessions)
        if entry.expires_at > now and entry.last_seen_at + idle > now
    ]


async def sign_out(person_id: Id, secret: str) -> None:
    """End one session; ending it twice is no error."""
    await _end(person_id, {"digest": digest_of(secret)})


async def end_session(person: User, handle: str) -> None:
    """End the session of one's own that a list names.

    Raises:
        NotFound: there is none of that name, or it is not one's own.
    """
    for entry in person.sessions:
        if secrets.compare_digest(entry.handle.encode(), handle.encode()):
            await _end(person.id, {"digest": entry.digest})
            return
    raise NotFound("There is no such session.")


async def sign_out_everywhere(person_id: Id) -> None:
    """End all sessions of a person."""
    await change_one(User, {"_id": person_id}, {"$set": NO_SESSIONS})


def digest_of(secret: str) -> str:
    """Return what is stored of a secret that only its holder knows."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _see(person: User, entry: SessionEntry) -> None:
    now = clock.now()
    if now - entry.last_seen_at >= min(_SEEN_AFTER, security.current().session_idle / 4):
        one = {"_id": person.id, "sessions.digest": entry.digest}
        seen = {"sessions.$.seen_at": now, "last_seen_at": now}
        changed_one(User, one, {"$set": seen})


async def _end(person_id: Id, which: dict[str, str]) -> None:
    await change_one(User, {"_id": person_id}, {"$pull": {"sessions": which}})
