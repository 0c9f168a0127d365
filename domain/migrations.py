"""Bringing what older versions stored up to date: numbered steps, each noted once it is done.

A step may run twice or in several processes at once, and may be broken off: it changes only what
still lacks the change. The note merely saves looking again.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from beanie import Document
from pydantic import BaseModel, Field

from domain import clinic, clock, spans
from domain.actions.leaving import offer_no_more
from domain.changing import change_one
from domain.database import DuplicateKey
from domain.documents import Appointment, MigrationRecord, Role, Slot, User
from domain.ids import Id
from domain.indexes import drop_index
from domain.links import new_nonce
from domain.reading import read_one
from domain.resealing import reseal
from domain.text import search_beginnings, with_former
from domain.walltime import wall_of, zone_named
from domain.writes import Writes, in_transaction

log = logging.getLogger(__name__)

_BATCH = 1000
_WALL_FIELDS = ("wall_start", "fold", "zone")


@dataclass(frozen=True)
class Migration:
    """A step; numbers rise and are never given twice."""

    number: int
    about: str
    apply: Callable[[], Awaitable[None]]


class _Older(BaseModel):
    """A slot or an appointment of a version that stored UTC alone."""

    id: Id = Field(alias="_id")
    starts_at: datetime
    wall_start: str | None = None
    fold: int | None = None
    zone: str | None = None


class _Named(BaseModel):
    """A document of which nothing but the name is needed."""

    id: Id = Field(alias="_id")


class _Fingerprinted(BaseModel):
    """An appointment of a version whose fingerprint was made of the reason, too."""

    id: Id = Field(alias="_id")
    slot_id: Id
    fingerprint: str


class _Booked(BaseModel):
    """An appointment: whose, and the words that it is found by."""

    patient_id: Id
    words: list[str] = []


async def migrate(migrations: "Sequence[Migration] | None" = None) -> list[int]:
    """Apply, in order, what this database has not seen; return the numbers."""
    applied = []
    for migration in MIGRATIONS if migrations is None else migrations:
        if await MigrationRecord.find_one({"_id": migration.number}) is None:
            await _apply(migration)
            applied.append(migration.number)
    return applied


async def _apply(migration: Migration) -> None:
    log.info("migration %d: %s", migration.number, migration.about)
    await migration.apply()
    try:
        await MigrationRecord(
            id=migration.number, about=migration.about, applied_at=clock.now()
        ).insert()
    except DuplicateKey:
        log.info("migration %d was applied elsewhere, too", migration.number)


async def _give_wall_times() -> None:
    for document in (Slot, Appointment):
        while older := await _without_wall_time(document):
            for one in older:
                await _give_wall_time(document, one)


async def _without_wall_time(document: type[Document]) -> list[_Older]:
    lacking = {"$or": [{field: {"$exists": False}} for field in _WALL_FIELDS]}
    return await document.find(lacking).limit(_BATCH).project(_Older).to_list()


async def _give_wall_time(document: type[Document], one: _Older) -> None:
    """Fill in what is missing: the practice's clock is what was meant."""
    zone = zone_named(one.zone) if one.zone else clinic.current().zone
    wall = wall_of(one.starts_at, zone)
    found = {
        "wall_start": wall.local.isoformat(timespec="minutes"),
        "fold": wall.fold,
        "zone": wall.zone,
    }
    missing = {field: found[field] for field in _WALL_FIELDS if getattr(one, field) is None}
    await change_one(document, {"_id": one.id, "starts_at": one.starts_at}, {"$set": missing})


async def _seal_reasons() -> None:
    """Encrypt reasons, and forget the older fingerprints, from which one could be guessed."""
    found = Appointment.find({"fingerprint": {"$regex": "^[0-9a-f]{64}$"}}).project(_Fingerprinted)
    for one in await found.to_list():
        as_read = {"_id": one.id, "fingerprint": one.fingerprint}
        await change_one(Appointment, as_read, {"$set": {"fingerprint": str(one.slot_id)}})
    await reseal()


async def _give_links() -> None:
    while older := await _without_link():
        for one in older:
            lacking = {"_id": one.id, "link_nonce": {"$exists": False}}
            await change_one(Appointment, lacking, {"$set": {"link_nonce": new_nonce()}})


async def _without_link() -> list[_Named]:
    lacking = {"link_nonce": {"$exists": False}}
    return await Appointment.find(lacking).limit(_BATCH).project(_Named).to_list()


async def _let_addresses_be_claimed() -> None:
    """Let others register with an address that has an account, as `users_address` does."""
    await drop_index(User, "users_email")


async def _drop_indexes_of_deliveries() -> None:
    """One unique index does what these two did; each costs at every change of a delivery."""
    for name in ("deliveries_once", "deliveries_in_order"):
        await drop_index(MigrationRecord, name, of="deliveries")


async def _find_by_former_names() -> None:
    """Let patients be found by the names and addresses under which they have booked."""
    booked: dict[Id, set[str]] = {}
    async for one in Appointment.find({"starts_at": spans.ever()}).project(_Booked):
        booked.setdefault(one.patient_id, set()).update(one.words)
    for patient_id, words in booked.items():
        await _keep_words(patient_id, search_beginnings(*sorted(words)))


async def _keep_words(patient_id: Id, booked: list[str]) -> None:
    patient = await read_one(User, {"_id": patient_id})
    if patient is None or set(booked) <= set(patient.words):
        return
    as_read = {"_id": patient.id, "active": True, "words": patient.words}
    words = with_former(patient.words, booked)
    await change_one(User, as_read, {"$set": {"words": words}})


async def _let_nobody_book_with_who_left() -> None:
    """Withdraw what is open with doctors who have left, and what is booked once it is let go."""
    async for doctor in User.find({"role": Role.DOCTOR.value, "active": False}).project(_Named):
        await in_transaction(partial(_offer_no_more, doctor.id))


def _offer_no_more(doctor_id: Id, writes: Writes) -> None:
    # Written to, so that a doctor who is taken back in this moment offers what they did.
    left = {"_id": doctor_id, "role": Role.DOCTOR.value, "active": False}
    if writes.change_one(User, left, {"$inc": {"revision": 1}}):
        offer_no_more(doctor_id, None, writes)


MIGRATIONS = (
    Migration(1, "wall times of slots and appointments", _give_wall_times),
    Migration(2, "reasons encrypted", _seal_reasons),
    Migration(3, "appointments have a link of their own", _give_links),
    Migration(
        4,
        "an address may be registered with while nobody has confirmed it",
        _let_addresses_be_claimed,
    ),
    Migration(5, "one index fewer on deliveries", _drop_indexes_of_deliveries),
    Migration(6, "patients are found by former names, too", _find_by_former_names),
    Migration(7, "nothing is free with doctors who left", _let_nobody_book_with_who_left),
)
