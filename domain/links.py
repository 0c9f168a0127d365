"""Links that let whoever holds them act: random, and not to be read out of the database.

A link's token is made of a random nonce and a key that is not in the database. Events carry the
nonce, so that a message can say the link, and so may documents: without the key they open nothing.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime

from domain.ids import Id

_ID_LENGTH = 24
_key = secrets.token_bytes(32)


def configure(secret: str) -> None:
    """Set the key of this process, made of the secret that all processes share."""
    global _key
    _key = hmac.digest(secret.encode(), b"bookwell: links", "sha256")


def new_nonce() -> str:
    """Return 128 random bits."""
    return secrets.token_urlsafe(16)


def dated_nonce(moment: datetime) -> str:
    """Return 128 random bits, and when they were made."""
    return f"{int(moment.timestamp())}.{new_nonce()}"


def made_at(nonce: str) -> datetime:
    """Return when a dated nonce was made."""
    return datetime.fromtimestamp(int(nonce.partition(".")[0]), UTC)


def reset_token(nonce: str) -> str:
    """Return what the link to a new password ends with."""
    return _mac(f"reset:{nonce}")


def manage_token(appointment_id: Id, nonce: str, address: str) -> str:
    """Return what the link to one appointment ends with that is written to an address.

    Once the patient is written to elsewhere, it opens nothing.
    """
    return f"{appointment_id}{_mac(f'manage:{appointment_id}:{nonce}:{address}')}"


def confirm_token(person_id: Id, nonce: str, address: str) -> str:
    """Return what the link that confirms an address ends with."""
    return f"{person_id}{_mac(f'confirm:{person_id}:{nonce}:{address}')}"


def id_named(token: str) -> str:
    """Return the part of a link to an appointment or to a confirmation that says of which one."""
    return token[:_ID_LENGTH]


def digest_of(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def equal(token: str, right: str) -> bool:
    """Tell whether a token is the right one, in a time that tells nothing."""
    return hmac.compare_digest(token.encode(errors="replace"), right.encode())


def _mac(text: str) -> str:
    made = hmac.digest(_key, text.encode(), "sha256")
    return base64.urlsafe_b64encode(made).decode("ascii").rstrip("=")
