"""A bounded number of threads that work through a bounded line of ids."""

import logging
import math
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from domain.ids import Id
from listeners.trouble import described

log = logging.getLogger(__name__)

_REST_AFTER = 20.0
# So few are not worth the claims of several threads, where they go quickly.
_FEW = 8
# A batch of twice as many still ends before what is left of it would be handed back.
_QUICK, _SLOW = 0.5, 1.0


class Pool:
    """Threads that call `work` for ids that were offered, and `rest` when there were none a while.

    A thread takes a few of what waits, or its fair share of much, up to `batch` ids at once: one at
    first, twice as many each time that goes quickly, and one again when it goes slowly. Whoever
    waits for an id wakes as soon as one is offered. `on_room` is called when the line has become
    short enough to be filled up.
    """

    def __init__(
        self,
        threads: int,
        room: int,
        *,
        batch: int,
        work: Callable[[Sequence[Id]], None],
        rest: Callable[[], None],
        on_room: Callable[[], None],
    ) -> None:
        self._work = work
        self._rest = rest
        self._on_room = on_room
        self._size = room
        self._batch = batch
        self._line: queue.SimpleQueue[Id | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._in_hand: set[Id] = set()
        self._is_ending = False
        self._awaited: dict[Id, list[Future[None]]] = {}
        self._threads = [
            threading.Thread(target=self._run, name=f"sender-{number}", daemon=True)
            for number in range(max(1, threads))
        ]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    @property
    def room(self) -> int:
        """How many more ids fit."""
        return max(0, self._size - len(self._in_hand))

    def offer(self, delivery_id: Id) -> bool:
        """Put an id in line unless it is there; False if there is no room, or no more is taken."""
        with self._lock:
            if delivery_id in self._in_hand:
                return True
            if self._is_ending or len(self._in_hand) >= self._size:
                return False
            self._in_hand.add(delivery_id)
            self._line.put(delivery_id)
        return True

    def see_to(self, delivery_id: Id) -> "Future[None]":
        """Offer an id; return a future that is done when the id is, or when there was no room.

        Others may ask for the same id, as Redis does after it was away: each has its own future, as
        each may give up waiting.
        """
        done: Future[None] = Future()
        with self._lock:
            self._awaited.setdefault(delivery_id, []).append(done)
        if not self.offer(delivery_id):
            self._done(delivery_id)
        return done

    def empty(self) -> None:
        """Forget what waits in line, and take no more."""
        with self._lock:
            self._is_ending = True
        while True:
            try:
                delivery_id = self._line.get_nowait()
            except queue.Empty:
                return
            if delivery_id is not None:
                self._done(delivery_id)

    def stop(self, timeout: float) -> bool:
        """Let every thread finish what it does and end; False if one is still busy."""
        deadline = time.monotonic() + timeout
        for _ in self._threads:
            self._line.put(None)
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        most = 1
        while True:
            try:
                delivery_id = self._line.get(timeout=_REST_AFTER)
            except queue.Empty:
                self._rest()
                continue
            if delivery_id is None:
                self._rest()
                return
            started = time.monotonic()
            self._work_on([delivery_id, *self._more(most)])
            took = time.monotonic() - started
            if took < _QUICK:
                most = min(2 * most, self._batch)
            elif took > _SLOW:
                most = 1

    def _more(self, most: int) -> list[Id]:
        """Take a share of what waits beside the id that was taken."""
        share = min(most, max(_FEW, math.ceil(self._line.qsize() / len(self._threads)))) - 1
        ids: list[Id] = []
        while len(ids) < share:
            try:
                delivery_id = self._line.get_nowait()
            except queue.Empty:
                break
            if delivery_id is None:  # the end, which is for whoever asks next
                self._line.put(None)
                break
            ids.append(delivery_id)
        return ids

    def _work_on(self, ids: Sequence[Id]) -> None:
        try:
            self._work(ids)
        except Exception as error:  # noqa: BLE001 - a thread outlives whatever one message does
            log.error("deliveries %s: %s", ", ".join(map(str, ids)), described(error))  # noqa: TRY400
        finally:
            for delivery_id in ids:
                self._done(delivery_id)

    def _done(self, delivery_id: Id) -> None:
        with self._lock:
            self._in_hand.discard(delivery_id)
            awaited = self._awaited.pop(delivery_id, [])
            is_short = len(self._in_hand) == self._size // 2 or not self._in_hand
        for done in awaited:
            if done.set_running_or_notify_cancel():
                done.set_result(None)
        if is_short:
            self._on_room()
