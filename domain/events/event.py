"""What all facts have in common."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from domain import clock
from domain.events.facts import Actor
from domain.ids import Id, new_id


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact, in the past tense. `kind` is its name outside this program."""

    kind: ClassVar[str] = ""

    actor: Actor
    id: Id = field(default_factory=new_id)
    occurred_at: datetime = field(default_factory=clock.now)

    @property
    def subject_id(self) -> Id:
        """The slot, series, appointment or person that it is about."""
        raise NotImplementedError

    @property
    def sequence(self) -> int:
        """Which version of an appointment it tells of; 0 where it is about none."""
        return 0

    @property
    def language(self) -> str:
        """The language of whoever is told of it; "" is the practice's."""
        return ""

    @property
    def people(self) -> tuple[Id, ...]:
        """Whose data it changes."""
        return ()

    @property
    def days(self) -> tuple[date, ...]:
        """The first and last day, on the practice's clock, of the times that it offers or takes."""
        return ()

    @property
    def times(self) -> int:
        """How many times it offers or takes, where it is about many."""
        return 0

    @property
    def doctor_ids(self) -> tuple[Id, ...]:
        """Whose free times it may change."""
        return ()
