"""A process that sends what waits in Redis; any number of them, on any machine."""

import asyncio
import time

from domain.ids import Id
from listeners.config import NotifierConfig
from listeners.loop import Loop
from listeners.notifier import Notifier
from listeners.recent import Recent
from listeners.redis_queue import RedisQueue
from listeners.senders import Senders

_CLOSING_SECONDS = 5.0


class Worker:
    """Sends deliveries whose ids are in Redis, and sweeps and reminds as every process does.

    The database decides about each: an id that is in Redis twice, or no longer due, is harmless.
    """

    def __init__(self, config: NotifierConfig, loop: Loop) -> None:
        if config.redis_url is None:
            raise ValueError("a worker needs the address of Redis")
        self._loop = loop
        self._at_once = config.line
        self._queue = RedisQueue(config.redis_url, config.redis_queue)
        self._senders = Senders(config, loop, lambda: None, Recent())
        self._notifier = Notifier(config, loop)

    def start(self) -> "Worker":
        """Start to send, and return this object."""
        self._senders.start()
        self._loop.run(self._queue.work(self._see_to, at_once=self._at_once))
        self._notifier.start()
        return self

    def stop(self, timeout: float = 10.0) -> None:
        """Finish what is being sent within `timeout` seconds and hand the rest back."""
        deadline = time.monotonic() + timeout
        # First of all: it would take the next ids as soon as the first of these were done with.
        self._loop.run(self._queue.pause(), _CLOSING_SECONDS)
        self._notifier.stop(timeout)
        self._senders.stop(max(0.0, deadline - time.monotonic()))
        self._loop.run(self._queue.close(), _CLOSING_SECONDS)

    async def _see_to(self, delivery_id: Id) -> None:
        # The threads of the pool send; the loop stays free to renew the job's lock.
        await asyncio.wrap_future(self._senders.see_to(delivery_id))
