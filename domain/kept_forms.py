"""Forms that wait while their senders sign in again.

The database holds them encrypted, the browser holds the key: neither can read them alone.
"""

from datetime import timedelta
from typing import Final

from cryptography.fernet import Fernet, InvalidToken

from domain import clock
from domain.documents import KeptForm
from domain.ids import parse_id

KEPT_FOR: Final = timedelta(hours=1)


async def keep(text: str) -> tuple[str, str]:
    """Keep a text and return its name and the key to it."""
    key = Fernet.generate_key()
    sealed = Fernet(key).encrypt(text.encode()).decode("ascii")
    form = KeptForm(sealed=sealed, expires_at=clock.now() + KEPT_FOR)
    await form.insert()
    return str(form.id), key.decode("ascii")


async def kept(name: str, key: str) -> str | None:
    """Return a kept text, or None once it is gone."""
    form = await KeptForm.find_one({"_id": parse_id(name)})
    if form is None or form.expires_at <= clock.now():
        return None
    try:
        return Fernet(key).decrypt(form.sealed).decode()
    except (InvalidToken, ValueError):
        return None
