"""A process of its own that offers and books under whatever tzdata its path leads to.

Arguments: the database's address and name, then pairs of a zone and a wall time in it. Prints the
version of its rules, and what it booked, as JSON.
"""

import asyncio
import json
import sys
from datetime import datetime
from itertools import count
from typing import Any

import tzdata

from domain import clinic, database
from domain.actions.accounts import add_person
from domain.actions.booking import book
from domain.actions.offering import offer_slot
from domain.documents import Role, User
from tests.conftest import ALL_DOCUMENTS

_numbers = count(1)


async def main(uri: str, name: str, *wanted: str) -> dict[str, Any]:
    """Offer and book each wall time in its zone."""
    await database.connect(uri, name, ALL_DOCUMENTS)
    try:
        pairs = zip(wanted[::2], wanted[1::2], strict=True)
        return {"rules": tzdata.IANA_VERSION, "booked": [await booked(*pair) for pair in pairs]}
    finally:
        database.close()


async def person(role: Role) -> User:
    """Add somebody."""
    email = f"{role.value}{next(_numbers)}@example.org"
    return await add_person(role=role, email=email, password=None, name=role.value)


async def booked(zone: str, wall: str) -> dict[str, str]:
    """Offer a wall time of a practice in a zone, and book it."""
    clinic.configure(clinic.Clinic(timezone=zone))
    local = datetime.fromisoformat(wall)
    doctor, patient, desk = [
        await person(role) for role in (Role.DOCTOR, Role.PATIENT, Role.RECEPTIONIST)
    ]
    slot = await offer_slot(doctor, day=local.date(), start=local.time(), minutes=30)
    appointment = await book(slot.id, patient, actor=desk)
    return {
        "slot": str(slot.id),
        "appointment": str(appointment.id),
        "reference": appointment.reference,
        "starts_at": slot.starts_at.isoformat(),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(*sys.argv[1:]))))
