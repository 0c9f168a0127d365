"""Everything that is stored encrypted, brought under the key that encrypts now.

It may be broken off, run again and run beside the app: a value that has changed meanwhile is left
alone, as whoever changed it encrypted it.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from beanie import Document

from domain.changing import change_one
from domain.database import DuplicateKey
from domain.documents import Appointment, EventRecord, KeyMark, Slot, User
from domain.errors import Unavailable
from domain.reading import stored_fields
from domain.sealing import Confidential, is_fresh, stored_token

_SEALED_FIELDS: tuple[tuple[type[Document], str], ...] = (
    (Appointment, "reason"),
    (Appointment, "cancellation_reason"),
    (Slot, "withdrawal_reason"),
    (EventRecord, "payload.reason"),
    (KeyMark, "word"),
    (User, "second_factor.secret"),
)
_AT_ONCE = 50
_WORD = "open"


class WrongKeys(Exception):
    """What this database holds cannot be opened with the keys that are set."""


async def require_keys() -> None:
    """See to it that the keys that are set open what this database holds.

    Raises:
        WrongKeys: they do not; the message says what to do.
    """
    mark = await KeyMark.find_one({"_id": "mark"})
    if mark is None:
        try:
            await KeyMark(word=Confidential(_WORD)).insert()
        except DuplicateKey:
            await require_keys()
        return
    try:
        str(mark.word)
    except Unavailable as error:
        raise WrongKeys(
            "Reasons for visits in this database are encrypted with a key that is not set: put the "
            "former key back (ENCRYPTION_KEYS, the file encryption_keys under DATA_DIR or, where "
            "neither was used, the former SECRET_KEY), and see README on changing it."
        ) from error


async def reseal() -> int:
    """Encrypt what is in clear or under an older key, and return how many values that were."""
    changed = 0
    for document, field in _SEALED_FIELDS:
        stale: list[tuple[Any, Any]] = []
        async for identifier, value in stored_fields(document, field):
            if _is_stale(value):
                stale.append((identifier, value))
        for start in range(0, len(stale), _AT_ONCE):
            some = stale[start : start + _AT_ONCE]
            done = await asyncio.gather(*(_reseal(document, field, *one) for one in some))
            changed += sum(done)
    return changed


def _is_stale(value: object) -> bool:
    token = stored_token(value)
    return not is_fresh(token) if token else bool(value)


async def _reseal(document: type[Document], field: str, identifier: Any, value: object) -> bool:
    as_read: Mapping[str, Any] = {"_id": identifier, field: value}
    return await change_one(document, as_read, {"$set": {field: Confidential.of(value).sealed()}})
