"""People: entered by staff or by command, and what is asked of an address and a password."""

from collections.abc import Callable
from functools import partial
from typing import Any

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from domain import clinic, clock, passwords
from domain.database import DuplicateKey
from domain.documents import Role, User
from domain.errors import Invalid
from domain.queries.remembering import forget
from domain.sentences import Sentence
from domain.text import EMAIL_LIMIT, NAME_LIMIT, PHONE_LIMIT, one_line, search_beginnings

# A clinic's own network may well use one of the names that are not routed on the internet.
SPECIAL_USE_DOMAIN_NAMES.clear()

_SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 256
_KNOWN_TO_ALL = "bookwell clinic practice doctor patient reception appointment password"


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
    person, *_ = checked_together(
        lambda: new_person(role=role, email=email, name=name, phone=phone, specialty=specialty),
        *([] if password is None else [partial(require_password, password, name, email)]),
    )
    if password is not None:
        person.password_hash = await passwords.hash_password(password)
    try:
        await person.insert()
    except DuplicateKey as error:
        raise address_in_use() from error
    forget()
    return person


def new_person(*, role: Role, email: str, name: str, phone: str = "", specialty: str = "") -> User:
    """Return a person that is not stored yet.

    Raises:
        Invalid: with a sentence for each field that is wrong.
    """
    email, name, phone, specialty = checked_together(
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
    """Return an e-mail address in the form that is stored, or raise Invalid.

    Mail cannot reach an address whose part before the @ is not ASCII.
    """
    return _spelled(email, allow_smtputf8=False)


def known_as(email: str) -> str | None:
    """Return the form in which an address would be stored, were there an account with it."""
    try:
        return _spelled(email, allow_smtputf8=True)  # older versions took such addresses
    except Invalid:
        return None


def require_password(password: str, *own: str) -> None:
    """Raise Invalid unless a password is one that an account may have.

    `own`: name and address of whose it is.
    """
    if not is_text(password):
        sentence = Sentence("This contains a character that cannot be stored.")
    elif len(password) < _SHORTEST_PASSWORD:
        sentence = Sentence("Please use at least %(number)s characters.", number=_SHORTEST_PASSWORD)
    elif len(password) > LONGEST_PASSWORD:
        sentence = Sentence("Please use at most %(number)s characters.", number=LONGEST_PASSWORD)
    elif passwords.is_common(password):
        sentence = Sentence(
            "Many people use this password, so it is tried first. Please choose another."
        )
    elif passwords.is_made_of(
        password, clinic.current().name, _KNOWN_TO_ALL, *filter(is_text, own)
    ):
        sentence = Sentence(
            "This is made of names that others know, so it is soon guessed. Please choose another."
        )
    else:
        return
    raise Invalid(sentence, password=sentence)


def _spelled(email: str, *, allow_smtputf8: bool) -> str:
    sentence = Sentence("Please give an e-mail address such as name@example.org.")
    if not is_text(email):
        raise Invalid(sentence, email=sentence)
    try:
        checked = validate_email(
            email.strip()[: EMAIL_LIMIT + 1],
            check_deliverability=False,
            allow_smtputf8=allow_smtputf8,
        )
    except EmailNotValidError as error:
        raise Invalid(sentence, email=sentence) from error
    return checked.normalized.lower()


def address_in_use() -> Invalid:
    """Return the refusal of an address that has an account."""
    sentence = Sentence("There is already an account with this address.")
    return Invalid(sentence, email=sentence)


def is_text(typed: object) -> bool:
    """Tell whether something is text that UTF-8 can hold, which a lone surrogate is not."""
    return isinstance(typed, str) and not any("\ud800" <= sign <= "\udfff" for sign in typed)


def checked_together(*checks: Callable[[], Any]) -> list[Any]:
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
