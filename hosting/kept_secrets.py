"""Secrets that are made once and kept under the data folder, for its owner alone."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from hosting.occupancy import UnusableFolder


def kept_secret(path: Path, new: Callable[[], str]) -> str:
    """Return what a file holds, making it at the first call.

    Raises:
        UnusableFolder: there is nothing in it.
    """
    if not path.exists():
        unfinished = _written(path, new())
        with suppress(FileExistsError):
            path.hardlink_to(unfinished)
        unfinished.unlink()
    path.chmod(0o600)
    secret = path.read_text("ascii")
    if not secret.strip():
        raise UnusableFolder(
            f"{path} is empty: put back a copy of it, or remove it to have another one made."
        )
    return secret


def keep_secret(path: Path, secret: str) -> None:
    """Replace what a file holds; a crash leaves the former or the new."""
    _written(path, secret).replace(path)


def _written(path: Path, secret: str) -> Path:
    """Write a secret into a file of this process alone, so that nobody ever reads half of it."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    return unfinished
