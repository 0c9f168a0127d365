"""What is no longer needed goes, by the periods that the operator set.

Every process runs this by schedule; a turn in the database sees to it that one of them does it.
"""

import logging
from datetime import datetime, timedelta
from typing import Final

from domain import clock, keeping, links
from domain.actions.erasing import all_of, erase
from domain.actions.reasons import forget_reasons
from domain.actions.sessions import alive
from domain.database import delete_many
from domain.documents import Appointment, AuditEntry, Role, User
from domain.errors import DomainError
from domain.turns import in_turn

log = logging.getLogger(__name__)

_LONG = timedelta(days=50 * 366)
_AT_ONCE = 100
# Longer than a link holds. Who comes back in the browser that registered is let in until then, and
# may ask for another link: the period begins anew.
UNCONFIRMED: Final = timedelta(days=30)


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
    patients = {"role": Role.PATIENT.value, "active": True}
    async for person in User.find(patients, batch_size=_AT_ONCE):
        if person.created_at < until and await _is_away(person, until):
            await _erase(person)


async def _forget_unconfirmed(_since: datetime, until: datetime) -> None:
    # Anybody may register with anybody's address, and its owner does not know.
    unconfirmed = {"$gte": "", "$lt": "~"}  # any nonce, and no account without one
    async for person in User.find({"unconfirmed": unconfirmed}, batch_size=_AT_ONCE):
        if _is_left(person, until) and not await _has_booked(person):
            await _erase(person)


def _is_left(person: User, until: datetime) -> bool:
    used = person.last_seen_at or person.created_at
    asked = links.made_at(person.unconfirmed) if person.unconfirmed else used
    return max(used, asked) < until and not alive(person)


async def _has_booked(person: User) -> bool:
    return await Appointment.find_one(all_of(person.id)) is not None


async def _erase(person: User) -> None:
    try:
        await erase(person, actor=None)
    except DomainError as refusal:
        log.info("patient %s is kept: %s", person.id, type(refusal).__name__)


async def _is_away(person: User, until: datetime) -> bool:
    seen = [session.last_seen_at for session in person.sessions]
    if any(at >= until for at in (*seen, person.last_seen_at) if at is not None):
        return False
    since = {"patient_id": person.id, "starts_at": {"$gte": until, "$lt": clock.now() + _LONG}}
    return await Appointment.find_one(since) is None


async def _forget_audit(since: datetime, until: datetime) -> None:
    await delete_many(AuditEntry, {"at": {"$gte": since, "$lt": until}})
