"""Sends deliveries: claim some, check their turns, hand each over, note what became of it."""

import asyncio
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from domain import clock
from domain.database import DATABASE_AWAY
from domain.documents import EventRecord
from domain.events import Event, from_record
from domain.ids import Id, new_id
from domain.reading import read_readable
from listeners import deliveries
from listeners.channels import Channel
from listeners.config import NotifierConfig
from listeners.deliveries import Claim
from listeners.expiry import end_of_use
from listeners.loop import Loop
from listeners.noting import Note, Noting
from listeners.order import Turn, Wait, turns_of
from listeners.recent import Recent
from listeners.setbacks import Setbacks, back
from listeners.trouble import described

log = logging.getLogger(__name__)

_PAUSE = 0.5
# Everything claimed together is sent, or handed back, long before its lease runs out.
_LONGEST_BATCH = 1.0
_EXPIRED = "too late to be of use"
Held = tuple[Claim, Event | Exception]


class Sender:
    """Does the work of the pool's threads. `held`: what is being sent at this moment."""

    def __init__(
        self, config: NotifierConfig, loop: Loop, channels: Mapping[str, Channel], recent: Recent
    ) -> None:
        self._config = config
        self._recent = recent
        self._loop = loop
        self._channels = channels
        self._ending = threading.Event()
        self._setbacks = Setbacks(config, self._ending)
        self._lock = threading.Lock()
        self._held: dict[Id, Claim] = {}

    def deliver(self, ids: Sequence[Id]) -> None:
        """Send those deliveries that nobody else sends; called in a pool thread."""
        if self._ending.is_set():
            return
        holder = new_id()
        try:
            taken = self._loop.run(self._take(ids, holder), self._config.database_timeout)
        except DATABASE_AWAY as error:
            log.warning("%d deliveries not claimed: %s", len(ids), described(error))
            self._release(ids, holder)
            return
        self._send_all(taken)

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
        with self._noting() as noting:
            for claim in held:
                noting.note(claim, back(claim))

    async def _take(self, ids: Sequence[Id], holder: Id) -> list[Held]:
        """Claim, give up what is not true any more, and return what is sent now, with its event."""
        lease = timedelta(seconds=self._config.lease)
        held = await self._with_events(await deliveries.claim_some(ids, lease, holder))
        ends = {one.id: end for one, event in held if (end := _end_of(event)) is not None}
        turns = await turns_of([claim.delivery for claim, _ in held], ends)
        going: list[Held] = []
        aside: list[Note] = []
        for (claim, event), turn in zip(held, turns, strict=True):
            match turn:
                case Turn.OVERTAKEN:
                    aside.append(partial(_step_aside, claim, deliveries.OVERTAKEN))
                case _ if claim.id in ends and ends[claim.id] <= clock.now():
                    aside.append(partial(_step_aside, claim, _EXPIRED))
                case Wait(until):
                    due_at = until + timedelta(seconds=self._config.order_pause)
                    aside.append(partial(deliveries.handed_back, claim, due_at))
                case Turn.GO:
                    going.append((claim, event))
        await asyncio.gather(*(step() for step in aside))
        return going

    async def _with_events(self, claims: Sequence[Claim]) -> list[Held]:
        ids = {claim.delivery.event_id for claim in claims}
        events = {one: _checked(event) for one, event in self._recent.take(ids).items()}
        if unknown := [one for one in ids if one not in events]:
            rows, _ = await read_readable(EventRecord, {"_id": {"$in": unknown}}, EventRecord)
            events.update({record.id: _event_in(record) for record in rows})
        gone = LookupError("the event is gone, or cannot be read")
        return [(claim, events.get(claim.delivery.event_id, gone)) for claim in claims]

    def _release(self, ids: Sequence[Id], holder: Id) -> None:
        """Give back what may have been claimed before the database went away."""
        deadline = time.monotonic() + self._config.lease
        while time.monotonic() < deadline and not self._ending.wait(_PAUSE):
            try:
                return self._loop.run(
                    deliveries.release(ids, holder), self._config.database_timeout
                )
            except DATABASE_AWAY:
                continue
        return None

    def _send_all(self, taken: Sequence[Held]) -> None:
        """Send one after the other; what would have to wait long for its turn is handed back."""
        with self._lock:
            self._held.update({claim.id: claim for claim, _ in taken})
        until = time.monotonic() + _LONGEST_BATCH
        with self._noting() as noting:
            for number, (claim, event) in enumerate(taken):
                is_late = number > 0 and time.monotonic() > until
                try:
                    put_off = is_late or self._ending.is_set()
                    note = back(claim) if put_off else self._outcome(claim, event)
                finally:
                    with self._lock:
                        del self._held[claim.id]
                noting.note(claim, note)

    def _noting(self) -> Noting:
        return Noting(self._config, self._loop, self._ending)

    def _outcome(self, claim: Claim, event: Event | Exception) -> Note:
        """Hand the message over; return the note to make of what happened."""
        try:
            words = self._hand_over(claim, event)
        except Exception as error:  # noqa: BLE001 - a poison message must not stop the others
            return self._setbacks.note(claim, error)
        log.info("delivery %s sent, attempt %d", claim.id, claim.attempt)
        return lambda: deliveries.sent(claim, words)

    def _hand_over(self, claim: Claim, event: Event | Exception) -> str:
        if isinstance(event, Exception):
            raise event
        return self._channels[claim.delivery.channel].send(claim.delivery, event)


async def _step_aside(claim: Claim, words: str) -> None:
    await deliveries.superseded(claim, words)
    log.info("delivery %s superseded", claim.id)


def _event_in(record: EventRecord) -> Event | Exception:
    """Return the event, or why there is none: that concerns one message, not its neighbours."""
    try:
        return _checked(from_record(record))
    except Exception as error:  # noqa: BLE001 - whatever it is, the message cannot be built
        return error


def _checked(event: Event) -> Event | Exception:
    """Return the event, or why nobody can tell until when it is of use."""
    try:
        end_of_use(event)
    except Exception as error:  # noqa: BLE001 - it concerns one message, not its neighbours
        return error
    return event


def _end_of(event: Event | Exception) -> datetime | None:
    return end_of_use(event) if isinstance(event, Event) else None
