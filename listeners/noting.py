"""Notes what became of messages while the next ones are being sent."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from domain.database import DATABASE_AWAY
from listeners.config import NotifierConfig
from listeners.deliveries import Claim, LeaseLost
from listeners.loop import Loop
from listeners.trouble import described

log = logging.getLogger(__name__)

_MOST_UNDER_WAY = 8
_PAUSE = 0.5
Note = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class _UnderWay:
    claim: Claim
    note: Note
    answer: "Future[None]"
    begun: float


class Noting:
    """The notes of one batch: a few are under way at once, and the end of the block awaits all.

    What has been accepted is sent once more if the process is killed before its note is stored: at
    most so many messages of a batch, each of them once.
    """

    def __init__(self, config: NotifierConfig, loop: Loop, ending: threading.Event) -> None:
        self._config = config
        self._loop = loop
        self._ending = ending
        self._under_way: deque[_UnderWay] = deque()

    def __enter__(self) -> Self:
        """Begin a batch."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Wait until all is noted."""
        while self._under_way:
            self._wait(self._under_way.popleft())

    def note(self, claim: Claim, note: Note) -> None:
        """Begin to store what became of a claim."""
        answer = self._loop.submit(note())
        self._under_way.append(_UnderWay(claim, note, answer, time.monotonic()))
        if len(self._under_way) == _MOST_UNDER_WAY:
            self._wait(self._under_way.popleft())

    def _wait(self, one: _UnderWay) -> None:
        """Wait for a note; if the database is away, note again until the lease has run out."""
        answer, claim = one.answer, one.claim
        while True:
            try:
                return answer.result(self._config.database_timeout)
            except LeaseLost:
                log.warning("delivery %s: answer refused, the lease was lost", claim.id)
                return None
            except DATABASE_AWAY as error:
                answer.cancel()
                log.warning("delivery %s not noted: %s", claim.id, described(error))
                is_over = time.monotonic() > one.begun + self._config.lease
                if is_over or self._ending.wait(_PAUSE):
                    return None
            answer = self._loop.submit(one.note())
