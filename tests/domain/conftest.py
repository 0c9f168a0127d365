"""People, slots and the events that the domain tells of."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

import pytest
import time_machine

from domain import clock
from domain.actions.accounts import add_person, new_person
from domain.actions.offering import offer_slot
from domain.documents import DOCUMENTS, EventRecord, Role, Slot, Tries, User
from domain.documents.stored import Stored
from domain.events import Event, event_published, from_record
from tests.conftest import Run

_numbers = count(1)
_BEGAN = clock.now().date()


@dataclass
class House:
    """A clinic under test: makes people and slots, remembers the events."""

    run: Run
    events: list[Event] = field(default_factory=list)

    def person(self, role: Role = Role.PATIENT, name: str = "") -> User:
        number = next(_numbers)
        return self.run(
            add_person(
                role=role,
                email=f"{role.value}{number}@example.org",
                password=None,
                name=name or f"{role.value.title()} {number}",
                specialty="Dermatology" if role is Role.DOCTOR else "",
            )
        )

    def doctors(self, number: int, specialty: str) -> list[User]:
        """Return so many doctors of a specialty, by name."""
        made = [
            new_person(
                role=Role.DOCTOR,
                email=f"doctor{next(_numbers)}@example.org",
                name=f"Dr. {one:04}",
                specialty=specialty,
            )
            for one in range(number)
        ]
        self.run(User.insert_many(made))
        return made

    def slot(
        self, doctor: User, *, day: date | None = None, start: time = time(9), minutes: int = 30
    ) -> Slot:
        return self.run(offer_slot(doctor, day=day or in_days(7), start=start, minutes=minutes))

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    def recorded(self, kind: str) -> list[Event]:
        """Return the events of a kind as they are stored."""
        records = self.run(EventRecord.find({"kind": kind}).to_list())
        return [from_record(record) for record in records]

    def now(self, one: Stored) -> Any:
        """Return a document as it is stored now."""
        return self.run(type(one).get(one.id))

    def everything(self) -> list[dict[str, Any]]:
        """Return all that is stored, to see that a refusal changed nothing."""
        found = []
        for document in DOCUMENTS:
            if document is Tries:
                continue  # counting what is refused is no change of the clinic
            found += [one.model_dump() for one in self.run(document.find_all().to_list())]
        return found


@contextmanager
def refused(house: House, error: type[Exception]) -> Iterator[Any]:
    """Expect a refusal that neither writes nor publishes anything."""
    before, told = house.everything(), list(house.events)
    with pytest.raises(error) as refusal:
        yield refusal
    assert house.everything() == before
    assert house.events == told


def frozen(moment: datetime) -> Any:
    """Stop the clock at a moment."""
    return time_machine.travel(moment, tick=False)


def in_days(days: int) -> date:
    """Return the date so many days ahead; in tests that go on past midnight, the same all along."""
    today = clock.now().date()
    if today == _BEGAN + timedelta(days=1):
        today = _BEGAN
    return today + timedelta(days=days)


@pytest.fixture
def house(run: Run) -> Iterator[House]:
    """An empty clinic."""
    found = House(run)

    def remember(_sender: Any, event: Event) -> None:
        found.events.append(event)

    event_published.connect(remember)
    yield found
    event_published.disconnect(remember)


@pytest.fixture
def doctor(house: House) -> User:
    return house.person(Role.DOCTOR)


@pytest.fixture
def patient(house: House) -> User:
    return house.person()


@pytest.fixture
def receptionist(house: House) -> User:
    return house.person(Role.RECEPTIONIST)


@pytest.fixture
def slot(house: House, doctor: User) -> Slot:
    return house.slot(doctor)
