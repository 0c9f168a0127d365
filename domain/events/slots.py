"""Facts about slots. Each carries all that a message about it says."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from domain.events.event import Event
from domain.events.facts import SlotFacts
from domain.ids import Id
from domain.sealing import NOTHING, Confidential
from domain.walltime import today, zone_named


@dataclass(frozen=True, kw_only=True)
class _SlotEvent(Event):
    slot: SlotFacts

    @property
    def subject_id(self) -> Id:
        """The slot."""
        return self.slot.slot_id

    @property
    def days(self) -> tuple[date, ...]:
        """The slot's."""
        return (date.fromisoformat(self.slot.wall_start[:10]),)

    @property
    def doctor_ids(self) -> tuple[Id, ...]:
        """Whose slot it is."""
        return (self.slot.doctor_id,)

    @property
    def language(self) -> str:
        """The doctor's."""
        return self.slot.doctor_language


@dataclass(frozen=True, kw_only=True)
class SlotCreated(_SlotEvent):
    """A doctor offers a slot."""

    kind: ClassVar[str] = "slot.created"


@dataclass(frozen=True, kw_only=True)
class SlotDeleted(_SlotEvent):
    """A doctor withdrew a slot; `cancelled_reference` names the appointment that went with it."""

    kind: ClassVar[str] = "slot.deleted"

    reason: Confidential = NOTHING
    cancelled_reference: str | None = None


@dataclass(frozen=True, kw_only=True)
class _SeriesEvent(Event):
    series_id: Id
    doctor_id: Id
    doctor_name: str
    doctor_email: str
    count: int
    first_starts_at: datetime
    last_ends_at: datetime
    zone: str
    doctor_language: str = ""

    @property
    def subject_id(self) -> Id:
        """The series."""
        return self.series_id

    @property
    def days(self) -> tuple[date, ...]:
        """Those of its first and its last slot, which may end at midnight."""
        zone = zone_named(self.zone)
        last = self.last_ends_at - timedelta(minutes=1)
        return today(self.first_starts_at, zone), today(last, zone)

    @property
    def times(self) -> int:
        """The slots."""
        return self.count

    @property
    def doctor_ids(self) -> tuple[Id, ...]:
        """Whose series it is."""
        return (self.doctor_id,)

    @property
    def language(self) -> str:
        """The doctor's."""
        return self.doctor_language


@dataclass(frozen=True, kw_only=True)
class SlotsCreated(_SeriesEvent):
    """A doctor offers a series of slots: one fact, not two hundred."""

    kind: ClassVar[str] = "slots.created"

    skipped: int
    from_date: date
    until_date: date
    minutes: int


@dataclass(frozen=True, kw_only=True)
class SlotsDeleted(_SeriesEvent):
    """A doctor withdrew what was ahead of a series: one fact, however many slots it was.

    `cancelled_references` name the appointments that went with it; `kept` is how many booked
    slots stand.
    """

    kind: ClassVar[str] = "slots.deleted"

    kept: int
    first_day: date
    reason: Confidential = NOTHING
    cancelled_references: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _DaysEvent(Event):
    doctor_id: Id
    doctor_name: str
    doctor_email: str
    first_day: date
    last_day: date
    slot_ids: tuple[Id, ...]
    references: tuple[str, ...]
    doctor_language: str = ""

    @property
    def people(self) -> tuple[Id, ...]:
        """The doctor, who is another than whoever does it."""
        return (self.doctor_id,)

    @property
    def days(self) -> tuple[date, ...]:
        """Its first and last one."""
        return self.first_day, self.last_day

    @property
    def doctor_ids(self) -> tuple[Id, ...]:
        """Whose days they are."""
        return (self.doctor_id,)

    @property
    def language(self) -> str:
        """The doctor's."""
        return self.doctor_language


@dataclass(frozen=True, kw_only=True)
class SlotsClosed(_DaysEvent):
    """The desk closed days of a doctor who is away: free slots, and appointments by `references`.

    `kept`: appointments that stand, as their patients had arrived.
    """

    kind: ClassVar[str] = "slots.closed"

    appointment_ids: tuple[Id, ...]
    kept: int
    reason: Confidential = NOTHING

    @property
    def subject_id(self) -> Id:
        """The closing itself."""
        return self.id


@dataclass(frozen=True, kw_only=True)
class SlotsReopened(_DaysEvent):
    """A closing was taken back: slots are free again, and `references` are appointments again."""

    kind: ClassVar[str] = "slots.reopened"

    closing_id: Id

    @property
    def subject_id(self) -> Id:
        """The closing."""
        return self.closing_id
