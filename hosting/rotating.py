"""Changing the key that reasons for visits are encrypted with."""

from collections.abc import Sequence

from beanie import Document

from domain import sealing
from domain.resealing import reseal
from domain.sealing import new_key
from hosting.embedded import own_database
from hosting.encryption_keys import encryption_keys, keep_keys, kept_keys
from hosting.session import connected, reachable_database
from hosting.settings import Settings

_DOING = "encrypts anew"


def rotate(settings: Settings, documents: Sequence[type[Document]]) -> int:
    """Bring everything under the first of ENCRYPTION_KEYS, or under a new kept key.

    Returns how many values were encrypted anew.

    Raises:
        Occupied: Bookwell keeps the keys itself, and the app runs, which knows only the old one.
    """
    if settings.encryption_keys or not settings.embedded:
        with (
            reachable_database(settings, _DOING) as uri,
            connected(settings, uri, documents) as loop,
        ):
            return loop.run(reseal())
    return _rotate_kept(settings, documents)


def _rotate_kept(settings: Settings, documents: Sequence[type[Document]]) -> int:
    with (
        own_database(settings.data_dir, _DOING) as embedded,
        connected(settings, embedded.uri, documents) as loop,
    ):
        # The old keys go when nothing needs them any more: a crash in between loses nothing.
        keep_keys(settings.data_dir, [new_key(), *kept_keys(settings.data_dir)])
        sealing.configure(encryption_keys(settings))
        changed: int = loop.run(reseal())
        keep_keys(settings.data_dir, kept_keys(settings.data_dir)[:1])
    return changed
