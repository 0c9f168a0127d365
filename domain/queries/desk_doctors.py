"""Doctors as the desk chooses among them: those who see patients, and those who have left some."""

from domain import spans
from domain.documents import Appointment, AppointmentStatus, Role, User
from domain.ids import Id
from domain.queries.doctors import DoctorName, known_doctors
from domain.queries.remembering import Remembered
from domain.reading import is_any, read_rows

_MOST_LEFT = 2000


async def desk_doctors(wanted: str | None = None) -> list[DoctorName]:
    """Return by name who sees patients, and who has left while patients are booked with them.

    `wanted`: the id, as an address names it, of one to return whenever they have left.
    """
    seeing, left = await known_doctors(), await _known_to_have_left()
    known = {one.id for one in seeing}
    # One after the other, so that many who have left keep no reader from other pages.
    looked_after = [
        one
        for one in left
        if one.id not in known and (str(one.id) == wanted or await _known_to_be_expected(one.id))
    ]
    return sorted([*seeing, *looked_after], key=lambda one: one.name) if looked_after else seeing


async def _who_left() -> list[DoctorName]:
    where = {"role": Role.DOCTOR.value, "active": False}
    return await read_rows(User, where, DoctorName, order=("name",), limit=_MOST_LEFT)


async def _is_expected(doctor_id: Id) -> bool:
    booked = {
        "doctor_id": doctor_id,
        "status": AppointmentStatus.BOOKED.value,
        "starts_at": spans.not_over(),
    }
    return await is_any(Appointment, booked)


# As long as those who see patients are: whoever goes from there is found here.
_known_to_have_left = Remembered(_who_left, seconds=5)
_known_to_be_expected = Remembered(_is_expected, seconds=30)
