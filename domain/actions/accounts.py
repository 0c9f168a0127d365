"""People: registering, being entered by staff, signing in and out."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from domain import clock, passwords
from domain.database import DuplicateKey, change_one
from domain.documents import Role, SessionEntry, User
from domain.errors import Invalid
from domain.ids import Id
from domain.text import EMAIL_LIMIT, NAME_LIMIT, PHONE_LIMIT, one_line, search_beginnings

# A clinic's own network may well use one of the names that are not routed on the internet.
SPECIAL_USE_DOMAIN_NAMES.clear()

SESSION_LIFETIME = timedelta(days=14)
_SESSIONS_PER_PERSON = 20
_SHORTEST_PASSWORD, _LONGEST_PASSWORD = 8, 256


async def register(*, email: str, password: str, name: str, phone: str = "") -> User:
    """Make a patient's account.

    Raises:
        Invalid: with a sentence for each of `email`, `password`, `name`, `phone` that is wrong.
    """
    return await add_person(
        role=Role.PATIENT, email=email, password=password, name=name, phone=phone
    )


async def add_person(
    *,
    role: Role,
    email: str,
    password: str | None,
    name: str,
    phone: str = "",
    specialty: str = "",
) -> User:
    """Make an account of any role; without a password nobody can sign in to it.

    Raises:
        Invalid: with a sentence for each field that is wrong.
    """
    person: User
    person, *_ = _checked_together(
        lambda: new_person(role=role, email=email, name=name, phone=phone, specialty=specialty),
        *([] if password is None else [partial(require_password, password)]),
    )
    if password is not None:
        person.password_hash = await passwords.hash_password(password)
    try:
        await person.insert()
    except DuplicateKey as error:
        raise address_in_use() from error
    return person


def new_person(*, role: Role, email: str, name: str, phone: str = "", specialty: str = "") -> User:
    """Return a person that is not stored yet.

    Raises:
        Invalid: with a sentence for each field that is wrong.
    """
    email, name, phone, specialty = _checked_together(
        lambda: clean_address(email),
        lambda: one_line("name", name, NAME_LIMIT, needed=True),
        lambda: one_line("phone", phone, PHONE_LIMIT),
        lambda: one_line("specialty", specialty, NAME_LIMIT),
    )
    return User(
        role=role,
        email=email,
        name=name,
        phone=phone,
        specialty=specialty,
        words=search_beginnings(name, email),
        created_at=clock.now(),
    )


def clean_address(email: str) -> str:
    """Return an e-mail address in the form that is stored, or raise Invalid."""
    sentence = "Please give an e-mail address such as name@example.org."
    if not _is_text(email):
        raise Invalid(sentence, email=sentence)
    try:
        checked = validate_email(email.strip()[: EMAIL_LIMIT + 1], check_deliverability=False)
    except EmailNotValidError as error:
        raise Invalid(sentence, email=sentence) from error
    return checked.normalized.lower()


def require_password(password: str) -> None:
    """Raise Invalid unless a password is one that an account may have."""
    if not _is_text(password):
        sentence = "This contains a character that cannot be stored."
    elif len(password) < _SHORTEST_PASSWORD:
        sentence = f"Please use at least {_SHORTEST_PASSWORD} characters."
    elif len(password) > _LONGEST_PASSWORD:
        sentence = f"Please use at most {_LONGEST_PASSWORD} characters."
    else:
        return
    raise Invalid(sentence, password=sentence)


def address_in_use() -> Invalid:
    """Return the refusal of an address that has an account."""
    sentence = "There is already an account with this address."
    return Invalid(sentence, email=sentence)


async def sign_in(email: str, password: str) -> tuple[User, str]:
    """Return the person and a new session's secret.

    Raises:
        Invalid: no such account, wrong password or deactivated: one sentence for all of them.
    """
    person = await _whose(email)
    stored = person.password_hash if person else None
    typed = password[: _LONGEST_PASSWORD + 1] if _is_text(password) else ""
    fits = await passwords.verify(stored, typed)
    if person is None or not fits or not person.active:
        raise Invalid("The e-mail address or the password is not right.")
    return person, await _open_session(person.id)


async def sign_out(user_id: Id, secret: str) -> None:
    """End one session; ending it twice is no error."""
    await change_one(User, {"_id": user_id}, {"$pull": {"sessions": {"digest": _digest(secret)}}})


async def identify(user_id: Id, secret: str) -> User | None:
    """Return the person behind a session, or None where session or account have ended."""
    person = await User.find_one({"_id": user_id})
    if person is None or not person.active:
        return None
    digest, now = _digest(secret), clock.now()
    alive = any(
        secrets.compare_digest(entry.digest, digest) and entry.expires_at > now
        for entry in person.sessions
    )
    return person if alive else None


async def _whose(email: str) -> User | None:
    try:
        return await User.find_one({"email": clean_address(email)})
    except Invalid:
        return None


async def _open_session(user_id: Id) -> str:
    secret, now = secrets.token_urlsafe(32), clock.now()
    entry = SessionEntry(digest=_digest(secret), created_at=now, expires_at=now + SESSION_LIFETIME)
    push = {"$each": [entry.model_dump()], "$slice": -_SESSIONS_PER_PERSON}
    await change_one(User, {"_id": user_id}, {"$push": {"sessions": push}})
    return secret


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _is_text(typed: object) -> bool:
    """Tell whether something is text that UTF-8 can hold, which a lone surrogate is not."""
    return isinstance(typed, str) and not any("\ud800" <= sign <= "\udfff" for sign in typed)


def _checked_together(*checks: Callable[[], Any]) -> list[Any]:
    """Return what each check returns, or raise one Invalid for all that is wrong."""
    wrong: dict[str, str] = {}
    found: list[Any] = []
    for check in checks:
        try:
            found.append(check())
        except Invalid as refusal:
            wrong.update(refusal.fields)
    if wrong:
        raise Invalid("Please look at the marked fields.", **wrong)
    return found
