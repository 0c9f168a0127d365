"""Doctors: who there is, and who somebody is."""

import logging

from pydantic import BaseModel, ConfigDict, Field

from domain.database import on_reader
from domain.documents import Role, User
from domain.errors import DoctorLeft, NotFound
from domain.ids import Id
from domain.queries.remembering import Remembered
from domain.reading import read_portion, readable_found

log = logging.getLogger(__name__)

_MOST_DOCTORS = 10_000


class DoctorName(BaseModel):
    """Who a doctor is."""

    model_config = ConfigDict(frozen=True)

    id: Id = Field(alias="_id")
    name: str
    specialty: str


class _AnyDoctor(DoctorName):
    """A doctor who may have left."""

    active: bool


async def all_doctors() -> list[DoctorName]:
    """Return all doctors who see patients, by name: the first ten thousand of them."""
    where = {"role": Role.DOCTOR.value, "active": True}
    by_name = ("name",)
    found, is_cut = await read_portion(User, where, DoctorName, order=by_name, limit=_MOST_DOCTORS)
    if is_cut:
        log.warning("no more than %s doctors are listed and found", _MOST_DOCTORS)
    return found


async def doctor_named(doctor_id: Id) -> DoctorName:
    """Return a doctor's name and specialty.

    Raises:
        DoctorLeft: the doctor sees no patients any more.
        NotFound: there is no such doctor.
    """
    return await on_reader(doctor_found, doctor_id)


def doctor_found(doctor_id: Id) -> DoctorName:
    """Return the same, on a thread."""
    where = {"_id": doctor_id, "role": Role.DOCTOR.value}
    found = readable_found(User, where, _AnyDoctor, limit=1)
    if not found:
        raise NotFound("There is no such doctor.")
    if not found[0].active:
        raise DoctorLeft("This doctor takes no more appointments.")
    return found[0]


known_doctors = Remembered(all_doctors, seconds=5)
"""All doctors as they were at most five seconds ago, for pages that list or name them."""

known_doctor = Remembered(doctor_named, seconds=5)
"""A doctor as at most five seconds ago; raises what `doctor_named` raises."""
