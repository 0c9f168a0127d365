"""Turns: what every process runs by schedule and one of them is to do."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from domain import clock
from domain.changing import change_one
from domain.database import DuplicateKey
from domain.documents import Turn

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_EVERY = timedelta(hours=1)

Work = Callable[[datetime, datetime], Awaitable[datetime | None]]


async def in_turn(name: str, period: timedelta, work: Work) -> None:
    """Do a duty once an hour, in one process: `work` gets what is new since the last time.

    `work` has two moments: everything before the first was done already, the second is now less
    the period. It may be broken off and is then done again. Where there is much, it does a part
    and returns up to which moment; that stays done, and it is called for the rest.
    """
    turn, now = await _turn(name), clock.now()
    mine = {"_id": name, "due_at": turn.due_at}
    if turn.due_at > now or not await change_one(Turn, mine, {"$set": {"due_at": now + _EVERY}}):
        return
    until = now - period
    since = min(turn.done_until, until)
    while True:
        since = await work(since, until) or until
        await change_one(Turn, {"_id": name}, {"$set": {"done_until": since}})
        if since >= until:
            return


async def _turn(name: str) -> Turn:
    found = await Turn.find_one({"_id": name})
    if found is not None:
        return found
    try:
        return await Turn(id=name, due_at=clock.now(), done_until=BEGINNING).insert()
    except DuplicateKey:
        return await _turn(name)
