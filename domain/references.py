"""The short reference of an appointment, to be read out on the telephone."""

import re
import secrets

_ALPHABET = "23456789ABCDEFGHJKMNPQRTUVWXYZ"
_SHAPE = re.compile(rf"([{_ALPHABET}]{{3}})[- ]?([{_ALPHABET}]{{3}})")


def new_reference() -> str:
    """Return a random reference such as "K7Q-4MD", without signs that are easily confused."""
    signs = [secrets.choice(_ALPHABET) for _ in range(6)]
    return "".join(signs[:3]) + "-" + "".join(signs[3:])


def read_reference(text: str) -> str | None:
    """Return the reference that somebody typed, in its stored form, or None if it is none."""
    match = _SHAPE.fullmatch(text.strip().upper())
    return f"{match[1]}-{match[2]}" if match else None
