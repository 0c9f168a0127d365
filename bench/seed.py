"""Fill an empty database with a calendar that is told line by line, to compare with other servers.

    python -m bench.seed PASSWORD < calendar

First line: a JSON object with `doctors`, `patients` and `seed`. Then a line for each slot: the
doctor's number, start, end and `open`, `pool` or `past`, with tabs between. Of what is past, 95 %
is booked and the rest was cancelled. The settings are the app's own (`MONGODB_URI` and so on).
"""

import json
import random
import sys
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from itertools import islice

from domain import passwords
from domain.actions.accounts import new_person
from domain.actions.offering import new_slot
from domain.documents import DOCUMENTS, Appointment, AppointmentStatus, Role, Slot, User
from domain.ids import new_id
from domain.writes import Writes, in_transaction
from hosting.seeding import References, booked, store
from hosting.session import connected
from hosting.settings import read_settings
from listeners import DOCUMENTS as LISTENER_DOCUMENTS

_ALL = (*DOCUMENTS, *LISTENER_DOCUMENTS)
_BATCH = 500
_RECEPTIONISTS = 8
People = dict[Role, list[User]]


async def fill(password: str, lines: Iterator[str]) -> str:
    """Store people, slots and appointments; return how many."""
    for document in _ALL:
        if document.get_collection_name() != "migrations":
            await document.get_motor_collection().delete_many({})
    told = json.loads(next(lines))
    people = _people(told, await passwords.hash_password(password))
    await in_transaction(partial(store, [one for some in people.values() for one in some]))
    chance, references, counts = random.Random(told["seed"]), References(), [0, 0]
    while batch := list(islice(lines, _BATCH)):
        made = [_made(line, people, chance, references) for line in batch]
        await in_transaction(partial(_store, made))
        counts[0] += len(made)
        counts[1] += sum(appointment is not None for _, appointment in made)
    return f"{counts[0]} slots, {counts[1]} appointments"


def _people(told: dict[str, int], password_hash: str) -> People:
    numbers = {
        Role.DOCTOR: told["doctors"],
        Role.PATIENT: told["patients"],
        Role.RECEPTIONIST: _RECEPTIONISTS,
    }
    people = {role: [_person(role, i) for i in range(count)] for role, count in numbers.items()}
    for one in (one for some in people.values() for one in some):
        # One hash for all: what is measured is the check of it.
        one.password_hash = password_hash
    return people


def _person(role: Role, number: int) -> User:
    return new_person(
        role=role,
        email=f"{role.value}{number}@example.test",
        name=f"{role.value.title()} Number {number}",
        specialty="General practice" if role is Role.DOCTOR else "",
    )


def _made(
    line: str, people: People, chance: random.Random, references: References
) -> tuple[Slot, Appointment | None]:
    doctor, start, end, state = line.rstrip("\n").split("\t")
    starts_at, ends_at = datetime.fromisoformat(start), datetime.fromisoformat(end)
    minutes = int((ends_at - starts_at).total_seconds()) // 60
    offering = people[Role.DOCTOR][int(doctor)]
    slot = new_slot(offering, starts_at, minutes, new_id())
    if state != "past":
        return slot, None
    status = AppointmentStatus.BOOKED if chance.random() < 0.95 else AppointmentStatus.CANCELLED
    # In turns, so that nobody is in two places.
    patients = people[Role.PATIENT]
    patient = patients[(slot.cells[0] // 6 * 31 + int(doctor)) % len(patients)]
    return slot, booked(slot, patient, references.new(), status=status)


def _store(made: list[tuple[Slot, Appointment | None]], writes: Writes) -> None:
    store([slot for slot, _ in made], writes)
    store([one for _, one in made if one is not None], writes)


def main() -> None:
    """Read the calendar and store it."""
    settings = read_settings()
    if settings.mongodb_uri is None:
        sys.exit("MONGODB_URI is needed: this empties the database.")
    with connected(settings, settings.mongodb_uri.get_secret_value(), _ALL) as loop:
        print(loop.run(fill(sys.argv[1], iter(sys.stdin))))


if __name__ == "__main__":
    main()
