"""Codes that change every half minute (RFC 6238), and those to keep in a drawer."""

import base64
import hmac
import secrets

import pyotp

from domain import clock
from domain.links import digest_of

_STEP_SECONDS = 30
_TOLERATED_STEPS = (0, -1, 1)
_RECOVERY_CODES, _RECOVERY_BYTES, _RECOVERY_GROUP = 10, 15, 4


def new_secret() -> str:
    """Return 160 random bits as authenticator apps take them."""
    return pyotp.random_base32()


def address(secret: str, *, email: str, practice: str) -> str:
    """Return what an authenticator app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=practice)


def step_of(secret: str, typed: str) -> int | None:
    """Return the half minute whose code was typed, or None; a clock may be off by one of them."""
    code = "".join(typed.split())
    if not (code.isascii() and code.isdecimal()):
        return None
    now = int(clock.now().timestamp()) // _STEP_SECONDS
    for step in (now + off for off in _TOLERATED_STEPS):
        if hmac.compare_digest(pyotp.TOTP(secret).at(step * _STEP_SECONDS), code):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Return ten codes of 120 random bits, each of which works once."""
    return [_grouped(secrets.token_bytes(_RECOVERY_BYTES)) for _ in range(_RECOVERY_CODES)]


def recovery_digest(typed: str) -> str:
    """Return what is stored of a recovery code, however it is typed."""
    return digest_of("".join(sign for sign in typed.casefold() if sign.isalnum()))


def _grouped(random: bytes) -> str:
    text = base64.b32encode(random).decode("ascii").lower()
    groups = range(0, len(text), _RECOVERY_GROUP)
    return "-".join(text[start : start + _RECOVERY_GROUP] for start in groups)
