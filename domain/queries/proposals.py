"""Times to propose to patients whose appointments end."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from domain.documents import Appointment, Slot, SlotStatus
from domain.errors import NotFound
from domain.events import ProposedTime
from domain.ids import Id
from domain.queries.doctors import known_doctor
from domain.queries.free_slots import FreeSlot
from domain.queries.told import appointments_named
from domain.reading import read_rows
from domain.rules import bookable_span

_BEFORE, _AFTER = timedelta(days=3), timedelta(days=28)
_MOST_PROPOSED = 5


async def proposals(
    ending: Sequence[Appointment], *, without: Collection[Id]
) -> dict[Id, tuple[ProposedTime, ...]]:
    """Return, for appointments of one doctor, the doctor's free times nearest to each, ascending.

    `without`: slots that are about to go, too. What is proposed is only what patients may book
    themselves: nothing of a doctor who has left.
    """
    if not ending or not await _takes_appointments(ending[0].doctor_id):
        return {}
    starts = sorted(one.starts_at for one in ending)
    free = await _free_around(ending[0].doctor_id, starts[0], starts[-1])
    left = [slot for slot in free if slot.id not in without]
    return {one.id: _nearest(left, one.starts_at) for one in ending}


async def instead_of(appointment_ids: Sequence[Id]) -> dict[Id, tuple[ProposedTime, ...]]:
    """Return times to propose for appointments of any doctors that are to end together."""
    ending = list((await appointments_named(appointment_ids)).values())
    going = {one.slot_id for one in ending}
    instead: dict[Id, tuple[ProposedTime, ...]] = {}
    for doctor_id in {one.doctor_id for one in ending}:
        of_doctor = [one for one in ending if one.doctor_id == doctor_id]
        instead |= await proposals(of_doctor, without=going)
    return instead


async def _takes_appointments(doctor_id: Id) -> bool:
    try:
        await known_doctor(doctor_id)
    except NotFound:
        return False
    return True


async def _free_around(doctor_id: Id, first: datetime, last: datetime) -> list[FreeSlot]:
    earliest, latest = bookable_span()
    where = {
        "doctor_id": doctor_id,
        "status": SlotStatus.OPEN.value,
        "starts_at": {"$gte": max(first - _BEFORE, earliest), "$lt": min(last + _AFTER, latest)},
    }
    return await read_rows(Slot, where, FreeSlot, order=("starts_at",))


def _nearest(free: Sequence[FreeSlot], moment: datetime) -> tuple[ProposedTime, ...]:
    closest = sorted(free, key=lambda slot: abs(slot.starts_at - moment))[:_MOST_PROPOSED]
    return tuple(_proposed(slot) for slot in sorted(closest, key=lambda slot: slot.starts_at))


def _proposed(slot: FreeSlot) -> ProposedTime:
    facts = slot.model_dump(exclude={"id", "doctor_id", "specialty"})
    return ProposedTime(slot_id=slot.id, **facts)
