"""Taking turns within a process: who wants the same thing waits instead of colliding over it.

It decides nothing, as other processes want the same: that is for the database. It spares the
database transactions that can only fail.
"""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class _Line:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    number: int = 0


# Forgotten with the last who stands in it: there are never more than requests in hand.
_lines: dict[Hashable, _Line] = {}


@asynccontextmanager
async def one_by_one(key: Hashable) -> AsyncIterator[None]:
    """Wait until nobody else of this process is within this for the same key."""
    line = _lines.setdefault(key, _Line())
    line.number += 1
    try:
        async with line.lock:
            yield
    finally:
        line.number -= 1
        if not line.number:
            del _lines[key]
