"""Messages to people that rest: they have failed, and are tried again or not."""

import asyncio
from collections.abc import Sequence

from domain.ids import Id
from domain.newest import Newest
from domain.queries.remembering import Remembered
from domain.reading import all_readable, read_stored
from listeners.channels import is_to_people
from listeners.documents import Delivery
from listeners.resending import RESTING

_FEW = 20


async def resting_about(subject_ids: Sequence[Id]) -> list[Delivery]:
    """Return those about some subjects that can be read.

    There are mostly few in all: all of them are less to read than every message about fifty
    subjects. How many there are is counted now and then, and decides on the question alone:
    whichever it is, the answer is of this moment.
    """
    wanted = frozenset(subject_ids)
    is_by_state = len(wanted) > _FEW and await are_few()
    where = {"state": list(RESTING)} if is_by_state else {"subject_id": list(wanted)}
    found = await read_stored(Delivery, {field: {"$in": some} for field, some in where.items()})
    return [
        one
        for one in all_readable(found, Delivery)
        if one.subject_id in wanted and one.state in RESTING and is_to_people(one.channel)
    ]


async def _are_few() -> bool:
    counted = (Newest(Delivery, "due_at", {"state": one}).count(_FEW + 1) for one in RESTING)
    return sum(await asyncio.gather(*counted)) <= _FEW


are_few = Remembered(_are_few, seconds=10)
