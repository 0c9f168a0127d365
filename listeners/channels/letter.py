"""A mail that is written quickly: most of a message's cost was in finding out what is known."""

from email.message import Message
from email.policy import Compat32
from typing import Any

from flask_mailman import EmailMultiAlternatives

_LINE = 78


class _Quick(Compat32):
    """The policy of flask-mailman's messages, which writes a short plain header as it stands."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return a header in bytes."""
        if isinstance(value, str) and len(name) + len(value) < _LINE - 1 and _is_plain(value):
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_QUICK = _Quick()


class Letter(EmailMultiAlternatives):  # type: ignore[misc]
    """flask-mailman's mail with boundaries of our own.

    Left to itself, the library compiles a pattern for each multipart to look whether a boundary
    is part of the text. In quoted-printable and base64 no line begins with "--=_", so that a
    boundary that does needs no such search.
    """

    def message(self) -> Any:
        """Return the message, ready to be written."""
        message = super().message()
        message.policy = _QUICK
        _set_boundaries(message)
        return message


def _set_boundaries(message: Message) -> None:
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_bookwell_{number}")


def _is_plain(value: str) -> bool:
    return value.isascii() and value.isprintable()
