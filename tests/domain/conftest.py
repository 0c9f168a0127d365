"""People, slots and the events that the domain tells of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

import pytest

from domain import clock
from domain.actions.accounts import add_person
from domain.actions.offering import offer_slot
from domain.documents import Role, Slot, User
from domain.events import Event, event_published
from tests.conftest import Run

_numbers = count(1)


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

    def slot(
        self, doctor: User, *, day: date | None = None, start: time = time(9), minutes: int = 30
    ) -> Slot:
        return self.run(offer_slot(doctor, day=day or in_days(7), start=start, minutes=minutes))

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]


def in_days(days: int) -> date:
    """Return the date so many days ahead."""
    return (clock.now() + timedelta(days=days)).date()


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


Clock = Callable[[datetime], None]
