"""Forms that wait while their senders sign in again.

The database holds them encrypted, the browser holds the key: neither can read them alone. Each
ended session leaves one behind at most, of modest size: a stale cookie fills no database.
"""

import base64
import hmac
from datetime import timedelta
from typing import Final

from cryptography.fernet import Fernet, InvalidToken

from domain import clock
from domain.changing import change_one
from domain.database import DuplicateKey
from domain.documents import KeptForm
from domain.ids import Id, parse_id

KEPT_FOR: Final = timedelta(hours=1)
MOST_BYTES: Final = 32 * 1024


async def keep(text: str, left_by: str) -> tuple[str, str] | None:
    """Keep a text instead of what the same session left before; return its name and the key to it.

    Both are made of the session's secret, so that whichever of several answers the browser read
    last, it finds the newest. None: it is longer than anything that is typed into our pages.
    """
    if len(text.encode()) > MOST_BYTES:
        return None
    name = _made_of(left_by, "name").hex()[:24]
    key = base64.urlsafe_b64encode(_made_of(left_by, "key"))
    sealed = Fernet(key).encrypt(text.encode()).decode("ascii")
    await _replace(KeptForm(id=Id(name), sealed=sealed, expires_at=clock.now() + KEPT_FOR))
    return name, key.decode("ascii")


async def kept(name: str, key: str) -> str | None:
    """Return a kept text, or None once it is gone."""
    form = await KeptForm.find_one({"_id": parse_id(name)})
    if form is None or form.expires_at <= clock.now():
        return None
    try:
        return Fernet(key).decrypt(form.sealed).decode()
    except (InvalidToken, ValueError):
        return None


async def _replace(form: KeptForm) -> None:
    """Store a form instead of the one that has its name, if there is one."""
    newest = {"$set": form.model_dump(include={"sealed", "expires_at"})}
    while not await change_one(KeptForm, {"_id": form.id}, newest):
        try:
            await form.insert()
        except DuplicateKey:
            continue  # another window was faster: be the newest
        return


def _made_of(secret: str, part: str) -> bytes:
    """Return 256 bits from which neither the secret nor another part can be found."""
    return hmac.digest(secret.encode(), f"bookwell: kept form, {part}".encode(), "sha256")
