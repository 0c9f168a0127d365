"""Messages to people that rest: they have failed, and are tried again or not."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from domain.ids import Id
from domain.newest import Newest
from domain.queries.remembering import Remembered
from domain.reading import all_readable, read_stored
from listeners.channels import is_to_people
from listeners.documents import Delivery
from listeners.resending import RESTING

_FEW = 20


async def resting_about(subject_ids: Sequence[Id], *, kept: bool = False) -> list[Delivery]:
    """Return those about some subjects that can be read.

    There are mostly few in all: all of them are less to read than every message about fifty
    subjects, and the same for every list. How many there are is counted now and then, and decides
    on the question alone. `kept`: those few may be as they were a second ago.
    """
    wanted = frozenset(subject_ids)
    if len(wanted) > _FEW and await are_few():
        found = await (_known_few() if kept else _known_few.latest())
        return [one for one in found if one.subject_id in wanted]
    return await _resting({"subject_id": {"$in": list(wanted)}})


async def _resting(where: Mapping[str, Any]) -> list[Delivery]:
    found = all_readable(await read_stored(Delivery, where), Delivery)
    return [one for one in found if one.state in RESTING and is_to_people(one.channel)]


async def _all_resting() -> list[Delivery]:
    return await _resting({"state": {"$in": list(RESTING)}})


async def _are_few() -> bool:
    counted = (Newest(Delivery, "due_at", {"state": one}).count(_FEW + 1) for one in RESTING)
    return sum(await asyncio.gather(*counted)) <= _FEW


are_few = Remembered(_are_few, seconds=10)
_known_few = Remembered(_all_resting, seconds=1)
