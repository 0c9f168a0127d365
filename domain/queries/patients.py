"""Patients, as the desk looks for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from domain.audit import saw
from domain.documents import Role, User
from domain.errors import NotFound
from domain.ids import Id
from domain.reading import read_portion
from domain.text import LONGEST_BEGINNING, each_begins_one, search_words, typed_words

_PATIENTS = {"role": Role.PATIENT.value, "active": True}
_MOST_NAMES, _MOST_READ = 200, 1000


class PatientName(BaseModel):
    """Who a patient is and how to reach them."""

    model_config = ConfigDict(frozen=True)

    id: Id = Field(alias="_id")
    name: str
    email: str
    phone: str
    unconfirmed: str | None = None


class _Beginnings(BaseModel):
    id: Id = Field(alias="_id")
    words: list[str]


@dataclass(frozen=True, kw_only=True)
class PatientsFound:
    """Patients by name; `may_be_more`: than are shown, or than were read."""

    rows: list[PatientName]
    may_be_more: bool


NOBODY = PatientsFound(rows=[], may_be_more=False)


async def find_patients(typed: str, *, limit: int = 10) -> PatientsFound:
    """Return patients, each typed word beginning a part of the name or the address.

    A bounded number is read, in whatever order the index has them: to sort by name is to read all,
    at each letter that is typed.
    """
    words = typed_words(typed)
    if not words:
        return NOBODY
    most = _MOST_NAMES if len(words) == 1 else _MOST_READ
    read, is_cut = await read_portion(User, _with_rarest(words), PatientName, limit=most)
    if is_cut and len(words) > 1:
        read, is_cut = await read_portion(User, _with_each(words), PatientName, limit=most)
    meant = [one for one in read if each_begins_one(words, search_words(one.name, one.email))]
    rows = sorted(meant, key=lambda one: (one.name, one.id))[:limit]
    saw((patient.id, patient.id) for patient in rows)
    return PatientsFound(rows=rows, may_be_more=is_cut or len(meant) > limit)


async def few_patients_named(words: Sequence[str], few: int) -> list[Id] | None:
    """Return the patients of whose name or address each word begins a part, now or formerly.

    None: they are more than a `few`, or so many share a word that nobody counts them.
    """
    beginnings = [word[:LONGEST_BEGINNING] for word in words]
    where = _with_rarest(words)
    found, may_be_more = await read_portion(User, where, _Beginnings, limit=_MOST_NAMES)
    named = [one.id for one in found if set(beginnings) <= set(one.words)]
    return None if may_be_more or len(named) > few else named


async def patient_by_id(patient_id: Id) -> User:
    """Return a patient who may be booked for.

    Raises:
        NotFound: there is no such patient.
    """
    patient = await User.find_one({"_id": patient_id, **_PATIENTS})
    if patient is None:
        raise NotFound("There is no such patient.")
    saw([(patient.id, patient.id)])
    return patient


def _with_rarest(words: Sequence[str]) -> dict[str, object]:
    """Return the condition on patients that an index serves: the longest word is the rarest."""
    return {**_PATIENTS, "words": max(words, key=len)[:LONGEST_BEGINNING]}


def _with_each(words: Sequence[str]) -> dict[str, object]:
    """Return the condition on patients whom each word finds, where very many share the longest.

    An index serves the first of `$all`. The embedded database looks through all patients for it.
    """
    longest_first = sorted(words, key=len, reverse=True)
    return {**_PATIENTS, "words": {"$all": [word[:LONGEST_BEGINNING] for word in longest_first]}}
