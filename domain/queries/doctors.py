"""Doctors, as patients look for them."""

import asyncio
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from domain import clock
from domain.documents import Role, User
from domain.errors import NotFound
from domain.ids import Id
from domain.queries.free_times import FreeSlot, next_free
from domain.text import each_begins_one, search_words, typed_words

_MOST_DOCTORS = 2000


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


async def find_doctors(
    typed: str = "", *, limit: int = 30, viewer: User | None = None
) -> list[DoctorWithTimes]:
    """Return doctors by name, each typed word beginning one of name or specialty."""
    words = typed_words(typed)
    doctors = [one for one in await all_doctors() if _is_meant(one, words)][:limit]
    now = clock.now()
    times = await asyncio.gather(*(next_free(doctor.id, now, viewer=viewer) for doctor in doctors))
    return [
        DoctorWithTimes(**doctor.model_dump(), next_slots=next_slots)
        for doctor, next_slots in zip(doctors, times, strict=True)
    ]


async def all_doctors() -> list[DoctorName]:
    """Return all doctors who see patients, by name."""
    where = {"role": Role.DOCTOR.value, "active": True}
    found = User.find(where).sort("+name").limit(_MOST_DOCTORS).project(DoctorName)
    return await found.to_list()


async def doctor_named(doctor_id: Id) -> DoctorName:
    """Return a doctor's name and specialty.

    Raises:
        NotFound: there is no such doctor, or none who sees patients any more.
    """
    where = {"_id": doctor_id, "role": Role.DOCTOR.value, "active": True}
    doctor = await User.find(where).project(DoctorName).first_or_none()
    if doctor is None:
        raise NotFound("There is no such doctor.")
    return doctor


def _is_meant(doctor: DoctorName, typed: list[str]) -> bool:
    return not typed or each_begins_one(typed, search_words(doctor.name, doctor.specialty))
