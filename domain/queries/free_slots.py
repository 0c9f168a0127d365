"""Free times as they were read: each of them, and all of a span."""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from operator import attrgetter

from pydantic import BaseModel, ConfigDict, Field

from domain.ids import Id

_start = attrgetter("starts_at")


class FreeSlot(BaseModel):
    """A slot that may be booked: whose, and when."""

    model_config = ConfigDict(frozen=True)

    id: Id = Field(alias="_id")
    doctor_id: Id
    doctor_name: str
    specialty: str
    starts_at: datetime
    ends_at: datetime
    wall_start: str
    fold: int
    zone: str

    def __repr__(self) -> str:
        """Say briefly all that may change: pages make a version of it, of forty at a time."""
        moment = f"{self.wall_start} {self.fold} {self.zone} {self.starts_at.timestamp():.0f}"
        return f"<{self.id} {moment} {self.doctor_name!r} {self.specialty!r}>"


class FreeTimes(tuple[FreeSlot, ...]):
    """Free times, ascending: equal to others that say the same.

    The same ones are given to many readers, so that what follows from them is worked out once.
    """

    def __new__(cls, slots: Iterable[FreeSlot] = ()) -> "FreeTimes":
        """Return these times."""
        return super().__new__(cls, slots)

    def between(self, earliest: datetime, latest: datetime) -> "FreeTimes":
        """Return those that start in a half-open span."""
        first, end = (bisect_left(self, moment, key=_start) for moment in (earliest, latest))
        if end - first == len(self):
            return self
        cut = self._cuts.get((first, end))
        if cut is None:
            cut = self._cuts[first, end] = FreeTimes(self[first:end])
        return cut

    def __hash__(self) -> int:
        """Return what is the same for times that say the same."""
        return self._hash

    def __eq__(self, other: object) -> bool:
        """Tell whether other times say the same."""
        return self is other or (isinstance(other, FreeTimes) and self._key == other._key)

    def __ne__(self, other: object) -> bool:
        """Tell whether other times say something else: a tuple would compare slot by slot."""
        return not self == other

    def __repr__(self) -> str:
        """Say briefly all that may change."""
        return self._words

    # Nothing else of a slot changes but its doctor's name and specialty: who keeps what shows them
    # has them in the key beside these times.
    @cached_property
    def _key(self) -> tuple[tuple[Id, str, int], ...]:
        return tuple((slot.id, slot.wall_start, slot.fold) for slot in self)

    @cached_property
    def _hash(self) -> int:
        return hash(self._key)

    @cached_property
    def _words(self) -> str:
        return repr(tuple(self))

    @cached_property
    def _cuts(self) -> dict[tuple[int, int], "FreeTimes"]:
        return {}
