"""The practice itself: its name, its zone and the rules it sets for booking."""

from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from domain.walltime import zone_named


@dataclass(frozen=True, kw_only=True)
class Clinic:
    """What the operator decided about the practice.

    `min_notice`: how long before its start a patient may still book or move to a slot.
    `cancel_cutoff`: how long before its start a patient may still cancel or move away.
    `booking_horizon`: how far ahead a patient may book. Staff are bound by none of the three.
    `reminders`: how long before its start a patient is reminded of an appointment.
    """

    name: str = "Bookwell Clinic"
    timezone: str = "Europe/Berlin"
    phone: str = ""
    address: str = ""
    locale: str = "en"
    min_notice: timedelta = timedelta(hours=2)
    cancel_cutoff: timedelta = timedelta(hours=2)
    booking_horizon: timedelta = timedelta(days=90)
    reminders: tuple[timedelta, ...] = (timedelta(days=1), timedelta(hours=2))
    zone: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "zone", zone_named(self.timezone))

    @property
    def location(self) -> str:
        """Where it is, on one line, as a calendar is told: its name and, if known, its address."""
        return ", ".join(filter(None, (self.name, self.address)))


_current = Clinic()


def configure(clinic: Clinic) -> None:
    """Set the practice that this process works for."""
    global _current
    _current = clinic


def current() -> Clinic:
    """Return the practice that this process works for."""
    return _current
