"""The statuses that may follow one, as buttons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext

from domain.actions.attendance import NEXT_STATUSES
from domain.documents import Appointment, AppointmentStatus
from domain.queries.calendar import Visit

_LABELS = {
    AppointmentStatus.ARRIVED: lazy_gettext("Arrived"),
    AppointmentStatus.COMPLETED: lazy_gettext("Completed"),
    AppointmentStatus.MISSED: lazy_gettext("Missed"),
    AppointmentStatus.BOOKED: lazy_gettext("Undo"),
}


@dataclass(frozen=True, kw_only=True)
class MarkChoice:
    """A status to send and what the button says."""

    status: str
    label: str


def mark_choices(appointment: Appointment | Visit) -> list[MarkChoice]:
    """Return what may be noted about a visit now, in the order of a day."""
    possible = NEXT_STATUSES[appointment.status]
    return [
        MarkChoice(status=status.value, label=label)
        for status, label in _LABELS.items()
        if status in possible
    ]


# What the desk needs at a glance; the appointment's own page offers all that may follow.
_AT_THE_DESK: Mapping[AppointmentStatus, Sequence[AppointmentStatus]] = {
    AppointmentStatus.BOOKED: (AppointmentStatus.ARRIVED, AppointmentStatus.MISSED),
    AppointmentStatus.ARRIVED: (AppointmentStatus.COMPLETED, AppointmentStatus.BOOKED),
    AppointmentStatus.COMPLETED: (AppointmentStatus.BOOKED,),
    AppointmentStatus.MISSED: (AppointmentStatus.ARRIVED, AppointmentStatus.BOOKED),
    AppointmentStatus.CANCELLED: (),
}


def desk_marks() -> dict[AppointmentStatus, list[MarkChoice]]:
    """Return what the desk's list offers to note, by the status that an appointment has."""
    return {
        status: [MarkChoice(status=one.value, label=str(_LABELS[one])) for one in followers]
        for status, followers in _AT_THE_DESK.items()
    }
