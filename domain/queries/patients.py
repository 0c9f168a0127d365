"""Patients, as the desk looks for them."""

from pydantic import BaseModel, ConfigDict, Field

from domain.documents import Role, User
from domain.errors import NotFound
from domain.ids import Id
from domain.text import every_word_starts_with


class PatientName(BaseModel):
    """Who a patient is and how to reach them."""

    model_config = ConfigDict(frozen=True)

    id: Id = Field(alias="_id")
    name: str
    email: str
    phone: str


async def find_patients(typed: str, *, limit: int = 10) -> list[PatientName]:
    """Return patients, each typed word beginning a part of the name or the address."""
    conditions = every_word_starts_with("words", typed)
    if not conditions:
        return []
    where = {"role": Role.PATIENT.value, "active": True, "$and": conditions}
    return await User.find(where).sort("+name").limit(limit).project(PatientName).to_list()


async def patient_by_id(patient_id: Id) -> User:
    """Return a patient who may be booked for.

    Raises:
        NotFound: there is no such patient.
    """
    patient = await User.find_one({"_id": patient_id, "role": Role.PATIENT.value, "active": True})
    if patient is None:
        raise NotFound("There is no such patient.")
    return patient
