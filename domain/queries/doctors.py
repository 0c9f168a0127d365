"""Doctors, as patients look for them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from domain import clock
from domain.database import read_rows
from domain.documents import Role, User
from domain.errors import NotFound
from domain.ids import Id
from domain.queries.free_times import FreeSlot, next_free
from domain.queries.remembering import Remembered
from domain.text import each_begins_one, search_words, typed_words

_MOST_DOCTORS = 2000
_MOST_ASKED = 100
_EARLIEST = 3


class DoctorName(BaseModel):
    """Who a doctor is."""

    model_config = ConfigDict(frozen=True)

    id: Id = Field(alias="_id")
    name: str
    specialty: str


@dataclass(frozen=True, kw_only=True)
class DoctorWithTimes:
    """A doctor and the next times that one may book."""

    id: Id
    name: str
    specialty: str
    next_slots: list[FreeSlot]


@dataclass(frozen=True, kw_only=True)
class Earliest:
    """A specialty, and the first times with anyone in it."""

    specialty: str
    slots: list[FreeSlot]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search finds: doctors, the one specialty that it names, and all that there are."""

    doctors: list[DoctorWithTimes]
    earliest: Earliest | None
    specialties: list[str]


async def search(typed: str = "", *, limit: int = 30, viewer: User | None = None) -> Found:
    """Return doctors by name, each typed word beginning one of name or specialty.

    Where the words name one specialty, the first times with anyone in it come with them.
    """
    words, everyone = typed_words(typed), await known_doctors()
    doctors = await _with_times([one for one in everyone if _is_meant(one, words)][:limit], viewer)
    specialties = sorted({one.specialty for one in everyone if one.specialty})
    named = [one for one in specialties if words and each_begins_one(words, search_words(one))]
    earliest = None
    if len(named) == 1:
        shown = {one.id for one in doctors}
        others = [one for one in everyone if one.specialty == named[0] and one.id not in shown]
        of_it = [*doctors, *await _with_times(others[:_MOST_ASKED], viewer)]
        earliest = _earliest(named[0], of_it)
    return Found(doctors=doctors, earliest=earliest, specialties=specialties)


async def find_doctors(
    typed: str = "", *, limit: int = 30, viewer: User | None = None
) -> list[DoctorWithTimes]:
    """Return only the doctors of a search."""
    return (await search(typed, limit=limit, viewer=viewer)).doctors


def _earliest(specialty: str, doctors: Sequence[DoctorWithTimes]) -> Earliest | None:
    times = [slot for one in doctors if one.specialty == specialty for slot in one.next_slots]
    first = sorted(times, key=lambda slot: (slot.starts_at, slot.id))[:_EARLIEST]
    return Earliest(specialty=specialty, slots=first) if first else None


async def _with_times(doctors: Sequence[DoctorName], viewer: User | None) -> list[DoctorWithTimes]:
    now = clock.now()
    times = await asyncio.gather(*(next_free(doctor.id, now, viewer=viewer) for doctor in doctors))
    return [
        DoctorWithTimes(**doctor.model_dump(), next_slots=next_slots)
        for doctor, next_slots in zip(doctors, times, strict=True)
    ]


async def all_doctors() -> list[DoctorName]:
    """Return all doctors who see patients, by name."""
    where = {"role": Role.DOCTOR.value, "active": True}
    return await read_rows(User, where, DoctorName, order=("name",), limit=_MOST_DOCTORS)


async def doctor_named(doctor_id: Id) -> DoctorName:
    """Return a doctor's name and specialty.

    Raises:
        NotFound: there is no such doctor, or none who sees patients any more.
    """
    where = {"_id": doctor_id, "role": Role.DOCTOR.value, "active": True}
    found = await read_rows(User, where, DoctorName, limit=1)
    if not found:
        raise NotFound("There is no such doctor.")
    return found[0]


def _is_meant(doctor: DoctorName, typed: list[str]) -> bool:
    return not typed or each_begins_one(typed, search_words(doctor.name, doctor.specialty))


known_doctors = Remembered(all_doctors, seconds=5)
"""All doctors as they were at most five seconds ago, for pages that list or name them."""

known_doctor = Remembered(doctor_named, seconds=5)
"""A doctor as at most five seconds ago; raises NotFound as `doctor_named` does."""
