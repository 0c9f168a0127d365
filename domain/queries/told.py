"""What messages are about: the event behind one, the appointments behind many."""

from collections.abc import Sequence

from domain.audit import saw
from domain.documents import Appointment, EventRecord
from domain.errors import NotFound
from domain.events import Event, from_record
from domain.ids import Id


async def event_told(event_id: Id) -> Event:
    """Return the event that a message tells of.

    Raises:
        NotFound: there is none.
    """
    record = await EventRecord.find_one({"_id": event_id})
    if record is None:
        raise NotFound("There is no such event.")
    return from_record(record)


async def appointments_named(ids: Sequence[Id]) -> dict[Id, Appointment]:
    """Return those of some appointments that there are."""
    if not ids:
        return {}
    found = await Appointment.find({"_id": {"$in": list(ids)}}).to_list()
    saw((one.id, one.patient_id) for one in found)
    return {one.id: one for one in found}
