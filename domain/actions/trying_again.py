"""Reading and writing until nobody was quicker in between."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from domain.database import DuplicateKey
from domain.errors import DomainError

_ATTEMPTS = 5

T = TypeVar("T")


class Changed(Exception):
    """Between reading and writing, somebody else wrote; what was written is undone."""


async def until_unchanged(attempt: Callable[[], Awaitable[T]], refusal: DomainError) -> T:
    """Return what an attempt to read and write gives; others may be quicker a few times.

    Raises:
        DomainError: the `refusal`, if they always are.
    """
    for _ in range(_ATTEMPTS):
        try:
            return await attempt()
        except (Changed, DuplicateKey):
            continue
    raise refusal
