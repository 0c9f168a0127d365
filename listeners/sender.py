"""Sends one delivery: claim it, check its turn, hand it over, note what became of it."""

import logging
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any

from domain import clock
from domain.documents import EventRecord
from domain.events import Event, from_record
from domain.ids import Id
from listeners import deliveries
from listeners.away import DATABASE_AWAY, described
from listeners.backoff import retry_delay
from listeners.channels import Channel, NotNow, Refused
from listeners.config import NotifierConfig
from listeners.deliveries import Claim, LeaseLost
from listeners.loop import Loop
from listeners.order import Turn, turn_of

log = logging.getLogger(__name__)

_PAUSE = 0.5
Note = Callable[[], Coroutine[Any, Any, None]]


class _EventUnread(Exception):
    """The database went away between the claim and the message."""


class Sender:
    """Does the work of the pool's threads. `held`: what is being sent at this moment."""

    def __init__(self, config: NotifierConfig, loop: Loop, channels: Mapping[str, Channel]) -> None:
        self._config = config
        self._loop = loop
        self._channels = channels
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._held: dict[Id, Claim] = {}

    def deliver(self, delivery_id: Id) -> None:
        """Send one delivery unless somebody else does; called in a pool thread."""
        if self._ending.is_set():
            return
        try:
            claim = self._loop.run(self._take(delivery_id), self._config.database_timeout)
        except DATABASE_AWAY as error:
            log.warning("delivery %s not claimed: %s", delivery_id, described(error))
            self._ending.wait(_PAUSE)
            return
        if claim is not None:
            self._send_held(claim)

    def rest(self) -> None:
        """Close what this thread keeps open."""
        for channel in self._channels.values():
            channel.rest()

    def interrupt(self) -> None:
        """Break off what is being sent, and hand it back."""
        self._ending.set()
        for channel in self._channels.values():
            channel.interrupt()

    def hand_back(self) -> None:
        """Return every delivery that is still held, so that others need not await its lease."""
        with self._lock:
            held = list(self._held.values())
        for claim in held:
            self._note(claim, _back(claim))

    async def _take(self, delivery_id: Id) -> Claim | None:
        claim = await deliveries.claim(delivery_id, timedelta(seconds=self._config.lease))
        if claim is None:
            return None
        turn = await turn_of(claim.delivery)
        if turn is Turn.GO:
            return claim
        if turn is Turn.OVERTAKEN:
            await deliveries.superseded(claim)
            log.info("delivery %s superseded", delivery_id)
        else:
            pause = timedelta(seconds=self._config.order_pause)
            await deliveries.handed_back(claim, clock.now() + pause)
        return None

    def _send_held(self, claim: Claim) -> None:
        with self._lock:
            self._held[claim.id] = claim
        try:
            self._note(claim, self._outcome(claim))
        finally:
            with self._lock:
                del self._held[claim.id]

    def _outcome(self, claim: Claim) -> Note:
        """Hand the message over; return the note to make of what happened."""
        try:
            words = self._hand_over(claim)
        except _EventUnread as error:
            log.warning("delivery %s: its event cannot be read: %s", claim.id, described(error))
            return _back(claim)
        except NotNow as trouble:
            return self._trouble(claim, str(trouble))
        except Refused as refusal:
            words = str(refusal)
            log.warning("delivery %s refused, parked", claim.id)
            return lambda: deliveries.parked(claim, words)
        except Exception as error:  # noqa: BLE001 - a poison message must not stop the others
            return self._poison(claim, error)
        log.info("delivery %s sent, attempt %d", claim.id, claim.attempt)
        return lambda: deliveries.sent(claim, words)

    def _hand_over(self, claim: Claim) -> str:
        try:
            event = self._loop.run(_event_of(claim), self._config.database_timeout)
        except DATABASE_AWAY as error:
            raise _EventUnread from error
        return self._channels[claim.delivery.channel].send(claim.delivery, event)

    def _trouble(self, claim: Claim, words: str) -> Note:
        if self._ending.is_set():
            return _back(claim)
        if claim.attempt >= self._config.retry_limit:
            log.warning("delivery %s parked after %d attempts", claim.id, claim.attempt)
            return lambda: deliveries.parked(claim, words)
        pause = retry_delay(
            claim.attempt, first=self._config.retry_first, cap=self._config.retry_cap
        )
        log.info("delivery %s failed, attempt %d", claim.id, claim.attempt)
        return lambda: deliveries.failed(claim, words, clock.now() + pause)

    def _poison(self, claim: Claim, error: Exception) -> Note:
        words = described(error)
        log.error("delivery %s cannot be built, parked: %s", claim.id, words)
        return lambda: deliveries.parked(claim, words)

    def _note(self, claim: Claim, note: Note) -> None:
        """Store what became of a claim; if the database is away, until the lease has run out."""
        deadline = time.monotonic() + self._config.lease
        while True:
            try:
                return self._loop.run(note(), self._config.database_timeout)
            except LeaseLost:
                log.warning("delivery %s: answer refused, the lease was lost", claim.id)
                return None
            except DATABASE_AWAY as error:
                log.warning("delivery %s not noted: %s", claim.id, described(error))
                if time.monotonic() > deadline or self._ending.wait(_PAUSE):
                    return None


def _back(claim: Claim) -> Note:
    return lambda: deliveries.handed_back(claim, clock.now())


async def _event_of(claim: Claim) -> Event:
    record = await EventRecord.get(claim.delivery.event_id)
    if record is None:
        raise LookupError("the event is gone")
    return from_record(record)
