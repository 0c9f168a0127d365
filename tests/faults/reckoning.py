"""Comparing what was booked, what was recorded and what the mail server got."""

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

from bson import ObjectId
from pymongo.database import Database

from tests.support.smtp import MailServer

_UNSETTLED = {"state": {"$in": ["pending", "sending", "failed"]}}


@dataclass(frozen=True)
class Reckoning:
    """What went wrong with bookings and their confirmations; all empty is right.

    `without_event`: appointments. `without_booking`: event ids. `unconfirmed`: appointments whose
    patient was sent nothing. `retold`: events told under several Message-IDs. `doubled`: how often
    each Message-ID came that came more than once.
    """

    bookings: int
    confirmed: int
    without_event: set[ObjectId]
    without_booking: set[ObjectId]
    half_booked: set[ObjectId]
    unconfirmed: set[ObjectId]
    retold: set[str]
    doubled: dict[str, int]

    @property
    def torn(self) -> bool:
        """Whether something was stored without what belongs to it."""
        return bool(self.without_event or self.without_booking or self.half_booked)


def reckon(store: Database[Any], mail: MailServer) -> Reckoning:
    """Compare the database with the mail server, over everything that was ever booked."""
    appointments = {one["_id"]: one["slot_id"] for one in store.appointments.find({})}
    created = {
        one["_id"]: one["subject_id"] for one in store.events.find({"kind": "appointment.created"})
    }
    booked = {one["_id"] for one in store.slots.find({"status": "booked"})}
    times = Counter(
        (str(one.message["X-Event-Id"]), one.message_id)
        for one in list(mail.received)
        if one.message["X-Event-Kind"] == "appointment.created"
    )
    told = Counter(event_id for event_id, _ in times)
    confirmed = {subject for event_id, subject in created.items() if str(event_id) in told}
    return Reckoning(
        bookings=len(appointments),
        confirmed=len(confirmed),
        without_event=set(appointments) - set(created.values()),
        without_booking={one for one, subject in created.items() if subject not in appointments},
        half_booked=booked ^ set(appointments.values()),
        unconfirmed=set(appointments) - confirmed,
        retold={event_id for event_id, ids in told.items() if ids > 1},
        doubled={message_id: count for (_, message_id), count in times.items() if count > 1},
    )


def settled(store: Database[Any]) -> bool:
    """Tell whether every event is handled and no delivery waits."""
    return not (store.events.find_one({"handled": False}) or store.deliveries.find_one(_UNSETTLED))


def booking_events(store: Database[Any], slots: Sequence[str]) -> set[str]:
    """Return the ids of the events that tell of bookings of some slots."""
    wanted = {"slot_id": {"$in": [ObjectId(slot) for slot in slots]}}
    booked = [one["_id"] for one in store.appointments.find(wanted)]
    causes = {"kind": "appointment.created", "subject_id": {"$in": booked}}
    return {str(one["_id"]) for one in store.events.find(causes)}


def messages_about(mail: MailServer, events: Set[str]) -> Counter[str]:
    """Count the Message-IDs of what was accepted because of some events."""
    received = list(mail.received)
    return Counter(one.message_id for one in received if one.message["X-Event-Id"] in events)
