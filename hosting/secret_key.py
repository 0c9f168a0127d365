"""The key that signs sessions and links: set by the operator, or made once and kept."""

import secrets
from pathlib import Path

from hosting.kept_secrets import kept_secret
from hosting.settings import Settings


def secret_key(settings: Settings) -> str:
    """Return the key of these settings."""
    key = settings.secret_key
    return key.get_secret_value() if key else kept_secret_key(settings.data_dir)


def kept_secret_key(data_dir: Path) -> str:
    """Return the key kept under the folder, making it at the first call.

    Raises:
        UnusableFolder: there is none in its file.
    """
    return kept_secret(data_dir / "secret_key", lambda: secrets.token_hex(32))
