"""Passwords: argon2id off the event loop, at OWASP's parameters.

Source of the parameters: OWASP Password Storage Cheat Sheet (19 MiB, two passes, one lane).
"""

import asyncio
import re
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("a password that nobody has")

# The 30,000 that were met most often where passwords leaked.
_COMMON = frozenset(FREQUENCY_LISTS["passwords"])

_LETTERS = re.compile(r"[^\W\d_]{3,}")


def is_common(password: str) -> bool:
    """Tell whether a password is one of those that are tried first."""
    return password.strip().casefold() in _COMMON


def is_made_of(password: str, *texts: str) -> bool:
    """Tell whether a password is made of words of some texts, and of signs and figures alone."""
    rest = plain = _plain(password)
    for word in sorted(_words(*texts), key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != plain and not any(sign.isalpha() for sign in rest)


def _words(*texts: str) -> set[str]:
    return {word for text in texts for word in _LETTERS.findall(_plain(text))}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


async def hash_password(password: str) -> str:
    """Return the argon2id hash of a password."""
    return await asyncio.to_thread(_hasher.hash, password)


async def verify(stored: str | None, password: str) -> bool:
    """Tell whether a password fits its stored hash; as slow when there is none as when there is."""
    return await asyncio.to_thread(_fits, stored or _NOBODY, password) and stored is not None


def _fits(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
