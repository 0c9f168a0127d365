"""The keys that reasons for visits are encrypted with: set by the operator, or made and kept.

Where neither ENCRYPTION_KEYS is set nor Bookwell keeps its own database, a key is derived from
SECRET_KEY: every process of every machine has that one. It is also tried, last, when
ENCRYPTION_KEYS is set, so that one may change from the one to the other with `rotate-keys`.
"""

import base64
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.sealing import new_key
from hosting.kept_secrets import keep_secret, kept_secret
from hosting.settings import Settings

_FILE = "encryption_keys"
_PURPOSE = b"bookwell: reasons for visits"


def encryption_keys(settings: Settings) -> list[str]:
    """Return the keys of these settings, the one that encrypts first."""
    keys = [key.get_secret_value() for key in settings.encryption_keys]
    if settings.embedded:
        return [*keys, *kept_keys(settings.data_dir)]
    secret = settings.secret_key.get_secret_value() if settings.secret_key else ""
    return [*keys, _derived(secret)]


def kept_keys(data_dir: Path) -> list[str]:
    """Return the keys kept under the folder, making the first one at the first call.

    Raises:
        UnusableFolder: there is none in their file.
    """
    return kept_secret(data_dir / _FILE, lambda: _lines([new_key()])).split()


def keep_keys(data_dir: Path, keys: list[str]) -> None:
    """Replace the keys kept under the folder; a crash leaves the former or the new ones."""
    keep_secret(data_dir / _FILE, _lines(keys))


def _lines(keys: list[str]) -> str:
    return "".join(f"{key}\n" for key in keys)


def _derived(secret: str) -> str:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(made).decode("ascii")
