"""Doctors as the desk chooses among them: those who see patients, and those who have left some."""

import asyncio

from pydantic import BaseModel, ConfigDict, Field

from domain import spans
from domain.documents import Appointment, AppointmentStatus, Role, User
from domain.ids import Id
from domain.queries.doctors import DoctorName, known_doctors
from domain.queries.remembering import Remembered
from domain.reading import read_rows

_MOST_LEFT = 2000


class _Booked(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: Id = Field(alias="_id")


async def desk_doctors(wanted: str | None = None) -> list[DoctorName]:
    """Return by name who sees patients, and who has left while patients are booked with them.

    `wanted`: the id, as an address names it, of one to return whenever they have left.
    """
    seeing, left = await asyncio.gather(known_doctors(), _known_to_have_left())
    known = {one.id for one in seeing}
    looked_after = [
        one
        for one, is_expected in left
        if one.id not in known and (is_expected or str(one.id) == wanted)
    ]
    return sorted([*seeing, *looked_after], key=lambda one: one.name) if looked_after else seeing


async def has_left(doctor_id: Id) -> bool:
    """Tell whether somebody has seen patients, and does so no more."""
    if any(one.id == doctor_id for one in await known_doctors()):
        return False
    return any(one.id == doctor_id for one, _ in await _known_to_have_left())


async def _who_left() -> list[tuple[DoctorName, bool]]:
    where = {"role": Role.DOCTOR.value, "active": False}
    left = await read_rows(User, where, DoctorName, order=("name",), limit=_MOST_LEFT)
    # One after the other, as they may be many and nobody waits for them but every half minute.
    return [(one, await _is_expected(one)) for one in left]


async def _is_expected(doctor: DoctorName) -> bool:
    booked = {
        "doctor_id": doctor.id,
        "status": AppointmentStatus.BOOKED.value,
        "starts_at": spans.not_over(),
    }
    return bool(await read_rows(Appointment, booked, _Booked, limit=1))


_known_to_have_left = Remembered(_who_left, seconds=30)
