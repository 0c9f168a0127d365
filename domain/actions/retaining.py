"""What is no longer needed goes, by the periods that the operator set.

Every process runs this by schedule; a turn in the database sees to it that one of them does it.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel, Field

from domain import clock, keeping, links
from domain.actions.erasing import all_of, erase
from domain.actions.reasons import forget_reasons
from domain.actions.sessions import alive
from domain.changing import delete_many
from domain.database import DATABASE_AWAY
from domain.documents import Appointment, AuditEntry, Role, User
from domain.errors import DomainError
from domain.ids import Id
from domain.reading import is_any, read_one, read_rows
from domain.turns import in_turn

log = logging.getLogger(__name__)

_LONG = timedelta(days=50 * 366)
# Longer than a link holds. Who comes back in the browser that registered is let in until then, and
# may ask for another link: the period begins anew.
UNCONFIRMED: Final = timedelta(days=30)


class _One(BaseModel):
    id: Id = Field(alias="_id")


class _New(_One):
    created_at: datetime


async def retain() -> None:
    """Do what is due: forget reasons, patients and old entries of the audit log.

    And, whatever the periods, accounts that nobody has confirmed, come back to or booked with.
    """
    periods = keeping.current()
    for name, period, work in (
        ("reasons", periods.reasons, forget_reasons),
        ("patients", periods.patients, _forget_patients),
        ("unconfirmed", UNCONFIRMED, _forget_unconfirmed),
        ("audit", periods.audit, _forget_audit),
    ):
        if period is not None:
            await in_turn(name, period, work)


async def _forget_patients(_since: datetime, until: datetime) -> None:
    # Not what is new since the last time: who was here lately then may be away for long by now.
    away = {
        "role": Role.PATIENT.value,
        "active": True,
        "created_at": {"$lt": until},
        "last_seen_at": {"$not": {"$gte": until}},  # older versions did not note it
    }
    for one in await read_rows(User, away, _One):
        since = {"patient_id": one.id, "starts_at": {"$gte": until, "$lt": clock.now() + _LONG}}
        if not await is_any(Appointment, since):
            await _erase(one.id, lambda person: not _was_here(person, until))


def _was_here(person: User, until: datetime) -> bool:
    seen = [session.last_seen_at for session in person.sessions]
    return any(at >= until for at in (*seen, person.last_seen_at) if at is not None)


async def _forget_unconfirmed(_since: datetime, until: datetime) -> None:
    # Anybody may register with anybody's address, and its owner does not know.
    any_nonce = {"$gte": "", "$lt": "~"}  # and no account without one
    for one in await read_rows(User, {"unconfirmed": any_nonce}, _New):
        if one.created_at < until and not await is_any(Appointment, all_of(one.id)):
            await _erase(one.id, lambda person: _is_left(person, until))


def _is_left(person: User, until: datetime) -> bool:
    if person.unconfirmed is None:
        return False
    used = person.last_seen_at or person.created_at
    return max(used, links.made_at(person.unconfirmed)) < until and not alive(person)


async def _erase(person_id: Id, is_due: Callable[[User], bool]) -> None:
    """Erase somebody who still is due when read as a whole; nobody stops the next one."""
    try:
        person = await read_one(User, {"_id": person_id})
        if person is not None and is_due(person):
            await erase(person, actor=None)
    except DATABASE_AWAY:
        raise
    except DomainError as refusal:
        log.info("patient %s is kept: %s", person_id, type(refusal).__name__)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one, it concerns no other
        # Not its words, which may repeat what is stored.
        log.error("patient %s cannot be erased: %s", person_id, type(error).__name__)  # noqa: TRY400


async def _forget_audit(since: datetime, until: datetime) -> None:
    await delete_many(AuditEntry, {"at": {"$gte": since, "$lt": until}})
