"""The key that signs sessions and links: set by the operator, or made once and kept."""

import os
import secrets
from pathlib import Path

from hosting.settings import Settings


def secret_key(settings: Settings) -> str:
    """Return the key of these settings."""
    key = settings.secret_key
    return key.get_secret_value() if key else kept_secret_key(settings.data_dir)


def kept_secret_key(data_dir: Path) -> str:
    """Return the key kept under the folder, making it at the first call."""
    path = data_dir / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        path.chmod(0o600)
        return path.read_text("ascii")
    key = secrets.token_hex(32)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
    return key
