"""What became of each message, for staff: read, and sent again where it did not work."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain import clock
from domain.errors import Conflict, NotFound
from domain.ids import Id
from domain.newest import Newest, Place, mark_of, place_of
from domain.reading import all_readable, read_stored
from listeners.channels import is_correctable, is_to_people
from listeners.documents import UNSETTLED, Delivery, DeliveryState
from listeners.resending import RESTING, readdress, sent_again
from listeners.resting import resting_about
from listeners.stuck import stuck_since

_MOST_OF_ONE_SUBJECT = 200
_BATCH = 200
_COUNTED = (*UNSETTLED, DeliveryState.PARKED)


class Trace:
    """The deliveries as pages ask for them; what cannot be read is left out, and logged.

    `remember`: for how many seconds the state of the mail server is not asked for again.
    """

    def __init__(self, remember: float = 10.0) -> None:
        self._remember = timedelta(seconds=remember)
        self._ask_again_at = clock.now()
        self._stuck_since: datetime | None = None

    async def newest(
        self, *, state: str | None, recipients: Sequence[str] | None, before: str | None, size: int
    ) -> tuple[list[Delivery], str | None]:
        """Return a page of deliveries and the mark of the next one.

        Of one state they come in the order of when something happens or happened to them, else
        of when they were made.

        Raises:
            Invalid: `before` is no mark of this list.
        """
        place = place_of(before) if before else None
        field = "created_at" if state is None or recipients is not None else "due_at"
        if recipients is None:
            found = await _of_state(state, place, size + 1)
        else:
            found = await _of_recipients(recipients, state, place, size + 1)
        rows = found[:size]
        return rows, mark_of(getattr(rows[-1], field), rows[-1].id) if len(found) > size else None

    async def counts(self, most: int) -> dict[str, int]:
        """Return how many deliveries each state has that is not the end, counted up to `most`."""
        found = await asyncio.gather(
            *(Newest(Delivery, "due_at", {"state": state}).count(most) for state in _COUNTED)
        )
        return {state.value: number for state, number in zip(_COUNTED, found, strict=True)}

    async def one(self, delivery_id: Id) -> Delivery:
        """Return one delivery.

        Raises:
            NotFound: there is none, or it cannot be read.
        """
        found = await _readable({"_id": delivery_id})
        if not found:
            raise NotFound("There is no such message.")
        return found[0]

    async def of_subject(self, subject_id: Id) -> list[Delivery]:
        """Return all deliveries about an appointment, in the order of their events."""
        found = await _readable({"subject_id": subject_id})
        found.sort(key=lambda one: (one.occurred_at, one.event_id))
        return found[:_MOST_OF_ONE_SUBJECT]

    async def resting(self, subject_ids: Sequence[Id], *, kept: bool = False) -> dict[Id, Delivery]:
        """Return, for each subject, a delivery to a person that failed or is parked, if any.

        `kept`: it may be as it was a second ago.
        """
        if not subject_ids:
            return {}
        resting = await resting_about(subject_ids, kept=kept)
        resting.sort(key=lambda one: (one.state is DeliveryState.PARKED, one.occurred_at))
        return {one.subject_id: one for one in resting}

    def is_to_people(self, channel: str) -> bool:
        """Tell whether what goes over a channel goes to people, not to another system."""
        return is_to_people(channel)

    def is_correctable(self, channel: str) -> bool:
        """Tell whether it goes to e-mail addresses, in whose place others may be put."""
        return is_correctable(channel)

    async def stuck_since(self) -> datetime | None:
        """Return since when the mail server takes nothing; None if it seems to be well."""
        if clock.now() >= self._ask_again_at:
            self._stuck_since = await stuck_since()
            self._ask_again_at = clock.now() + self._remember
        return self._stuck_since

    async def resend(self, delivery_id: Id, recipient: str, by: str) -> None:
        """Send a delivery that failed or is parked again, to this recipient from now on.

        With it go the others about the same subject to that recipient, so that the newest of
        them is what is read in the end. What else was not sent to that person at the former
        address follows.

        Raises:
            NotFound: there is no such delivery.
            Invalid: the recipient is another one, but it goes to no e-mail address.
            Conflict: it does not rest any more, or the recipient has this message already.
        """
        delivery = await self.one(delivery_id)
        if delivery.state not in RESTING:
            raise Conflict("This message is on its way or settled already.")
        if recipient != delivery.recipient:
            await readdress(delivery, recipient)
        about = await self.of_subject(delivery.subject_id)
        same = [
            one for one in about if (one.channel, one.recipient) == (delivery.channel, recipient)
        ]
        if not any([await sent_again(one, _asked_by(by)) for one in same]):
            raise Conflict("This message is on its way or settled already.")

    async def resend_parked(self, by: str) -> int:
        """Send everything that is parked again and return how many messages that are."""
        count, now = 0, clock.now()
        place: Place | None = None
        while True:
            rows = await _of_state(DeliveryState.PARKED, place, _BATCH)
            done = await asyncio.gather(
                *(sent_again(one, _asked_by(by)) for one in rows if one.created_at < now)
            )
            count += sum(done)
            if len(rows) < _BATCH:
                return count
            place = rows[-1].due_at, rows[-1].id


async def _readable(where: Mapping[str, Any]) -> list[Delivery]:
    return all_readable(await read_stored(Delivery, where), Delivery)


async def _of_state(state: str | None, place: Place | None, size: int) -> list[Delivery]:
    if state is None:
        return await Newest(Delivery, "created_at", {}).page(size, before=place)
    return await Newest(Delivery, "due_at", {"state": state}).page(size, before=place)


async def _of_recipients(
    recipients: Sequence[str], state: str | None, place: Place | None, size: int
) -> list[Delivery]:
    def wanted(one: Delivery) -> bool:
        return state is None or one.state == state

    pages = await asyncio.gather(
        *(
            Newest(Delivery, "created_at", {"recipient": recipient}).page(
                size, before=place, keep=wanted
            )
            for recipient in recipients
        )
    )
    found = [one for page in pages for one in page]
    return sorted(found, key=lambda one: (one.created_at, one.id), reverse=True)[:size]


def _asked_by(name: str) -> str:
    return f"sent again as {name} asked"
