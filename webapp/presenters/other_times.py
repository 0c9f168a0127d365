"""Other times to which an appointment may be moved."""

from dataclasses import dataclass
from datetime import date

from domain.documents import Appointment, User
from domain.ids import Id
from domain.queries.free_slots import FreeSlot, FreeTimes
from domain.queries.free_times import nearest_free, week_of_free_times
from domain.queries.next_times import first_free_after
from webapp.presenters.times import meant
from webapp.presenters.weeks import FreeWeek, free_week, week_start


@dataclass(frozen=True, kw_only=True)
class OtherTimes:
    """A week's free times; `nearest`: those closest to the appointment, where it has none."""

    first: date
    times: FreeTimes
    nearest: list[FreeSlot]

    @property
    def week(self) -> FreeWeek:
        """The week as pages lay it out."""
        return free_week(self.first, self.times)


async def other_times(
    appointment: Appointment, viewer: User, *, doctor_id: Id, asked: date | None
) -> OtherTimes:
    """Return a doctor's free times in the week of the day that is asked for.

    Without one: in the appointment's own week, or the first after it that has some.
    """
    start = meant(appointment)[0]
    first = week_start(asked or start.date())
    times = await week_of_free_times(doctor_id, first, viewer=viewer)
    if not times and asked is None:
        later = await first_free_after(doctor_id, start, viewer=viewer)
        if later:
            first = week_start(meant(later)[0].date())
            times = await week_of_free_times(doctor_id, first, viewer=viewer)
    nearest = [] if times else await nearest_free(doctor_id, start, viewer=viewer)
    return OtherTimes(first=first, times=times, nearest=nearest)
