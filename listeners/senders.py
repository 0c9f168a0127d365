"""The line of this process: threads that send what is offered to them."""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from domain.ids import Id
from listeners.channels import open_channels
from listeners.config import NotifierConfig
from listeners.loop import Loop
from listeners.pool import Pool
from listeners.recent import Recent
from listeners.sender import Sender

log = logging.getLogger(__name__)

_LAST_WORDS = 2.0


class Senders:
    """A pool of threads and what they do; `on_room` is called when the line is short."""

    def __init__(
        self, config: NotifierConfig, loop: Loop, on_room: Callable[[], None], recent: Recent
    ) -> None:
        self._sender = Sender(config, loop, open_channels(config), recent)
        self._pool = Pool(
            config.workers,
            config.line,
            batch=config.batch,
            work=self._sender.deliver,
            rest=self._sender.rest,
            on_room=on_room,
        )

    def start(self) -> None:
        """Start the threads."""
        self._pool.start()

    def stop(self, timeout: float) -> None:
        """Finish what is being sent within `timeout` seconds and hand the rest back."""
        deadline = time.monotonic() + timeout
        self._pool.empty()
        if self._pool.stop(max(0.0, deadline - time.monotonic())):
            return
        self._sender.interrupt()
        if not self._pool.stop(_LAST_WORDS):
            self._sender.hand_back()
            log.warning("stopped while a message was still being sent")

    @property
    def room(self) -> int:
        """How many more ids fit."""
        return self._pool.room

    def offer(self, ids: Sequence[Id]) -> int:
        """Put ids in line as far as there is room."""
        for number, delivery_id in enumerate(ids):
            if not self._pool.offer(delivery_id):
                return number
        return len(ids)

    def see_to(self, delivery_id: Id) -> "Future[None]":
        """Put one id in line and return what is done once the id was seen to, or had no room."""
        return self._pool.see_to(delivery_id)
