"""Text that is encrypted where it is stored: why somebody comes, why something was called off.

Stored as `{"sealed": "<Fernet token>"}`, which no typed text can be mistaken for. The first key
encrypts, each of them decrypts. Text is opened when somebody reads it, not when its document is
loaded: lists that do not show it do not pay for it.
"""

from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from domain.errors import Unavailable

_FIELD = "sealed"


class BadKey(ValueError):
    """A key is none that Fernet takes."""


def new_key() -> str:
    """Return a fresh random key."""
    return Fernet.generate_key().decode("ascii")


# Until keys are configured, text that this process sealed can be read by this process alone.
_keys = [Fernet(new_key())]


def configure(keys: Sequence[str]) -> None:
    """Set the keys of this process, the one that encrypts first.

    Raises:
        BadKey: one of them is none, or there are none.
    """
    global _keys
    if not keys:
        raise BadKey("at least one key is needed")
    _keys = [_fernet(key) for key in keys]


class Confidential:
    """Text in clear or sealed; `str()` opens it."""

    __slots__ = ("_text", "_token")

    def __init__(self, text: str = "", *, token: str | None = None) -> None:
        self._text: str | None = None if token else text
        self._token = token

    def __str__(self) -> str:
        if self._text is None:
            self._text = _opened(self._token or "")
        return self._text

    def __repr__(self) -> str:
        return "Confidential()"  # never in a log

    def __bool__(self) -> bool:
        return bool(self._token or self._text)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Confidential | str):
            return str(self) == str(other)
        return NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))

    def sealed(self) -> dict[str, str] | str:
        """Return how it is stored, encrypted with the present first key; nothing stays nothing."""
        text = str(self)
        return {_FIELD: _keys[0].encrypt(text.encode()).decode("ascii")} if text else ""

    @classmethod
    def of(cls, value: object) -> "Confidential":
        """Return stored or typed text."""
        if isinstance(value, Confidential):
            return value
        token = stored_token(value)
        if token is not None:
            return cls(token=token)
        if not isinstance(value, str):
            raise ValueError("text is needed")  # noqa: TRY004 - Pydantic wants this class
        return cls(value)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.of,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda value: cls.of(value).sealed(), when_used="json"
            ),
        )


NOTHING = Confidential()

# For Beanie: how a document's or a change's confidential text is stored.
ENCODERS = {Confidential: Confidential.sealed}


def stored_token(value: object) -> str | None:
    """Return the token of a stored value that is sealed."""
    return value.get(_FIELD) if isinstance(value, dict) else None


def is_fresh(token: str) -> bool:
    """Tell whether a token was made with the key that encrypts now."""
    try:
        _keys[0].decrypt(token)
    except InvalidToken:
        return False
    return True


def require_key(key: str) -> None:
    """Raise BadKey unless a text is a key."""
    _fernet(key)


def _fernet(key: str) -> Fernet:
    try:
        return Fernet(key)
    except ValueError as error:
        raise BadKey("a key is 32 random bytes in URL-safe base64, 44 signs long") from error


def _opened(token: str) -> str:
    try:
        return MultiFernet(_keys).decrypt(token).decode()
    except InvalidToken as error:
        raise Unavailable(
            "Something that is stored encrypted cannot be read: its key is not set."
        ) from error
