"""Finding a doctor: by name or specialty, with the next times that one may book."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial

from domain import clock
from domain.documents import User
from domain.ids import Id
from domain.queries.doctors import DoctorName, known_doctors
from domain.queries.free_slots import FreeSlot, FreeTimes
from domain.queries.next_times import next_free
from domain.text import each_begins_one, search_words, typed_words

_PAGE = 30
_MOST_ASKED = 100
_EARLIEST = 3
_MOST_KNOWN = 10_000

_NextOf = Callable[[Id], Awaitable[FreeTimes]]


@dataclass(frozen=True, kw_only=True)
class DoctorWithTimes:
    """A doctor and the next times that one may book."""

    id: Id
    name: str
    specialty: str
    next_slots: FreeTimes


@dataclass(frozen=True, kw_only=True)
class Earliest:
    """A specialty, and the first times with anyone in it."""

    specialty: str
    slots: list[FreeSlot]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search finds: a page of doctors, the one specialty that it names, and all there are.

    `number`: of doctors on all pages; `before`: of those on earlier pages; `next_after`: the mark
    of the next page, if there is one.
    """

    doctors: list[DoctorWithTimes]
    number: int
    before: int
    next_after: Id | None
    earliest: Earliest | None
    specialties: list[str]


async def find_doctors(
    typed: str = "",
    *,
    after: Id | None = None,
    limit: int = _PAGE,
    since: datetime | None = None,
    viewer: User | None = None,
    kept: bool = False,
) -> Found:
    """Return doctors by name, each typed word beginning one of name or specialty.

    Where the words name one specialty, the first times with anyone in it come with the first page.
    `after`: the last doctor of the page before; one who has left since leads to the first page.
    `since`: the moment from which times are meant, now unless given; `kept`: as for `next_free`.
    """
    words, everyone = typed_words(typed), await known_doctors()
    meant = [one for one in everyone if _is_meant(one, words)]
    before = next((place for place, one in enumerate(meant, 1) if one.id == after), 0)
    page = meant[before : before + limit]
    next_of = partial(next_free, moment=since or clock.now(), viewer=viewer, kept=kept)
    doctors = await _with_times(page, next_of)
    specialties = sorted({one.specialty for one in everyone if one.specialty})
    named = [one for one in specialties if words and each_begins_one(words, search_words(one))]
    earliest = None
    if len(named) == 1 and not before:
        earliest = await _earliest(named[0], doctors, next_of)
    return Found(
        doctors=doctors,
        number=len(meant),
        before=before,
        next_after=page[-1].id if before + len(page) < len(meant) else None,
        earliest=earliest,
        specialties=specialties,
    )


async def _earliest(
    specialty: str, known: Sequence[DoctorWithTimes], next_of: _NextOf
) -> Earliest | None:
    """Return the first times with anyone in a specialty.

    None where nobody in it has any, or where they are too many to ask each: the first of some would
    not be the first.
    """
    of_it = [one for one in await known_doctors() if one.specialty == specialty]
    if len(of_it) > _MOST_ASKED:
        return None
    shown = {one.id for one in known}
    others = await _with_times([one for one in of_it if one.id not in shown], next_of)
    asked = [one for one in (*known, *others) if one.specialty == specialty]
    times = [slot for one in asked for slot in one.next_slots]
    first = sorted(times, key=lambda slot: (slot.starts_at, slot.id))[:_EARLIEST]
    return Earliest(specialty=specialty, slots=first) if first else None


async def _with_times(doctors: Sequence[DoctorName], next_of: _NextOf) -> list[DoctorWithTimes]:
    times = await asyncio.gather(*(next_of(doctor.id) for doctor in doctors))
    return [
        DoctorWithTimes(**doctor.model_dump(), next_slots=next_slots)
        for doctor, next_slots in zip(doctors, times, strict=True)
    ]


def _is_meant(doctor: DoctorName, typed: list[str]) -> bool:
    return not typed or each_begins_one(typed, _words_of(doctor.name, doctor.specialty))


@lru_cache(_MOST_KNOWN)
def _words_of(name: str, specialty: str) -> list[str]:
    # They rarely change, and to take ten thousand names apart is a tenth of a second.
    return search_words(name, specialty)
