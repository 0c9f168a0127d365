"""Rows of the reception's list for spreadsheets and paper, in the practice's own time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext, ngettext

from domain import clinic
from domain.documents import Appointment, AppointmentStatus
from webapp.presenters.counting import counted
from webapp.presenters.reader import reader
from webapp.presenters.statuses import shown_status
from webapp.presenters.times import ShownTime, iso, meant, shown

# Names for programs as well as for people: the same in every language.
HEADINGS = (
    "Reference",
    "Date",
    "Start",
    "End",
    "Time zone",
    "Starts at (UTC)",
    "Doctor",
    "Specialty",
    "Patient",
    "E-mail",
    "Telephone",
    "Reason",
    "Status",
    "Cancelled because",
)


@dataclass(frozen=True, kw_only=True)
class PaperRow:
    """A line on paper."""

    when: ShownTime
    appointment: Appointment
    word: str
    reason: str


def cells(one: Appointment) -> Sequence[str]:
    """Return an appointment as a row: local times as the practice's clock shows them."""
    start, end = meant(one)
    local_end = end.astimezone(start.tzinfo)
    return (
        one.reference,
        f"{start:%Y-%m-%d}",
        f"{start:%H:%M}",
        f"{local_end:%H:%M}",
        f"{one.zone} (UTC{start:%z})",
        iso(start),
        one.doctor_name,
        one.specialty,
        one.patient_name,
        one.patient_email,
        one.patient_phone,
        str(one.reason),
        one.status.value,
        str(one.cancellation_reason),
    )


def counted_words(rows: Sequence[PaperRow]) -> str:
    """Return how many appointments stand, and how many are cancelled."""
    cancelled = sum(row.appointment.status is AppointmentStatus.CANCELLED for row in rows)
    standing = len(rows) - cancelled
    standing_said = ngettext("%(num)s appointment", "%(num)s appointments", standing)
    if not cancelled:
        return standing_said
    cancelled_said = counted("cancelled", cancelled)
    if not standing:
        return cancelled_said
    return gettext(
        "%(standing)s, plus %(cancelled)s", standing=standing_said, cancelled=cancelled_said
    )


def paper_rows(found: Sequence[Appointment]) -> list[PaperRow]:
    """Return appointments as lines on paper, which hangs in the practice wherever it is printed."""
    there = replace(reader(), zone=clinic.current().zone)
    return [
        PaperRow(
            when=shown(one, there),
            appointment=one,
            word=str(shown_status(one.status).word),
            reason=str(one.reason),
        )
        for one in found
    ]
