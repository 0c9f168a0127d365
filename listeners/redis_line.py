"""The line in Redis: ids are passed on, and workers anywhere send them."""

import logging
import time
from collections.abc import Sequence

from domain.ids import Id
from listeners.loop import Loop
from listeners.redis_queue import REDIS_AWAY, RedisQueue
from listeners.trouble import described

log = logging.getLogger(__name__)

_ROOM = 5000
_AGAIN_AFTER = 5.0
_PAUSE = 1.0
_LONGEST_PUT = 5.0


class RedisLine:
    """Passes ids on to Redis, and again if they still wait in the database after a while.

    Only ids that were passed on lately are remembered: an emptied Redis is filled up again by the
    sweep. While Redis is away there is no room, and everything waits in the database.
    """

    def __init__(self, url: str, queue: str, loop: Loop) -> None:
        self._queue = RedisQueue(url, queue)
        self._loop = loop
        self._passed_on: dict[Id, float] = {}
        self._away_until = 0.0

    def start(self) -> None:
        """Nothing to begin with."""

    def stop(self, timeout: float) -> None:
        """Close the connection; whatever was not passed on is found by another process."""
        try:
            self._loop.run(self._queue.close(), timeout)
        except REDIS_AWAY as error:
            log.warning("Redis not taken leave of: %s", described(error))

    @property
    def room(self) -> int:
        """How many more ids may be passed on now."""
        now = time.monotonic()
        if now < self._away_until:
            return 0
        while self._passed_on and next(iter(self._passed_on.values())) < now - _AGAIN_AFTER:
            del self._passed_on[next(iter(self._passed_on))]
        return _ROOM - len(self._passed_on)

    def offer(self, ids: Sequence[Id]) -> int:
        """Pass ids on unless that was done just now; none if Redis does not answer."""
        room = self.room
        if room <= 0:
            return 0
        fresh = [one for one in ids if one not in self._passed_on][:room]
        if not fresh:
            return len(ids)
        try:
            self._loop.run(self._queue.put(fresh), _LONGEST_PUT)
        except REDIS_AWAY as error:
            self._away_until = time.monotonic() + _PAUSE
            log.warning("%d deliveries not passed on to Redis: %s", len(fresh), described(error))
            return 0
        self._passed_on.update(dict.fromkeys(fresh, time.monotonic()))
        return next((n for n, one in enumerate(ids) if one not in self._passed_on), len(ids))
