"""An appointment as iCalendar (RFC 5545), for the patient's own calendar."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

from icalendar import Calendar, Event, vCalAddress, vText
from icalendar.parser import Contentline

from domain import clinic
from domain.events import AppointmentFacts
from domain.vtimezone import timezone_lines
from domain.walltime import zone_named

_EVENT = b"BEGIN:VEVENT\r\n"
_END = b"END:VEVENT\r\nEND:VCALENDAR\r\n"
_MOMENT = "%Y%m%dT%H%M%S"
# Octets of a line that need not be folded.
_SHORT = 74


class Method(StrEnum):
    """What the calendar is to do with it (RFC 5546); `publish` is for a file to download."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


@dataclass(frozen=True, kw_only=True)
class Organizer:
    """Who invites: the address that the message comes from."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True)
class InvitationWords:
    """What it says in its reader's language: with whom it is, and its reference."""

    summary: str
    reference: str


def invitation(
    facts: AppointmentFacts,
    method: Method,
    *,
    stamped_at: datetime,
    url: str,
    words: InvitationWords | None = None,
    organizer: Organizer | None = None,
) -> bytes:
    """Return an iCalendar file; with an organizer, the patient is its attendee.

    `words`: what it says, in English unless given. The UID is the appointment's for ever and
    SEQUENCE rises with each change, so that a calendar replaces what it holds instead of adding
    to it.
    """
    start, end = _start_and_end(facts)
    words = words or _english(facts)
    zone = "" if start.tzname() == "UTC" else facts.zone
    frame = _frame(method, zone, start.year, words.summary, clinic.current().location, organizer)
    about = vText(f"{words.reference}\n{url}").to_ical().decode()
    lines = [
        f"UID:{facts.appointment_id}@bookwell",
        f"SEQUENCE:{facts.sequence}",
        f"DTSTAMP:{stamped_at.astimezone(UTC):{_MOMENT}}Z",
        f"DTSTART{_at(start, zone)}",
        f"DTEND{_at(end, zone)}",
        f"DESCRIPTION:{about}",
        f"URL:{url}",
    ]
    if organizer is not None:
        lines.append(_attendee(facts))
    return frame.removesuffix(_END) + b"".join(map(_folded, lines)) + _END


@lru_cache(maxsize=256)
def _frame(
    method: Method, zone: str, year: int, summary: str, location: str, organizer: Organizer | None
) -> bytes:
    """Return a file without what each appointment says anew; nearly all are written into few."""
    calendar, event = Calendar(), Event()
    calendar.add("prodid", "-//Bookwell//Bookwell//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    event.add("summary", summary)
    event.add("location", location)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    if organizer is not None:
        event.add("organizer", _person(organizer.name, organizer.address))
    calendar.add_component(event)
    written = bytes(calendar.to_ical())
    return written.replace(_EVENT, timezone_lines(zone, year) + _EVENT, 1) if zone else written


def _at(moment: datetime, zone: str) -> str:
    """Return how a line with a time goes on after its name."""
    return f";TZID={zone}:{moment:{_MOMENT}}" if zone else f":{moment:{_MOMENT}}Z"


def _folded(line: str) -> bytes:
    if len(line) <= _SHORT and line.isascii():
        return line.encode("ascii") + b"\r\n"
    folded: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call]
    return folded + b"\r\n"


def _english(facts: AppointmentFacts) -> InvitationWords:
    return InvitationWords(
        summary=f"Appointment with {facts.doctor_name}", reference=f"Reference {facts.reference}"
    )


def _start_and_end(facts: AppointmentFacts) -> tuple[datetime, datetime]:
    """Return both in the practice's zone, or in UTC where a wall time would be ambiguous.

    iCalendar has no words for the second of two equal wall times.
    """
    zone = zone_named(facts.zone)
    meant = datetime.fromisoformat(facts.wall_start).replace(tzinfo=zone, fold=facts.fold)
    start = meant.astimezone(zone_named("UTC"))
    end = start + (facts.ends_at - facts.starts_at)
    local = start.astimezone(zone), end.astimezone(zone)
    in_utc = any(moment.fold or moment.tzname() == "UTC" for moment in local)
    return (start, end) if in_utc else local


def _person(name: str, address: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    if name:
        person.params["CN"] = vText(name.replace('"', "'"))
    return person


def _attendee(facts: AppointmentFacts) -> str:
    patient = _person(facts.patient_name, facts.patient_email)
    patient.params["PARTSTAT"] = vText("ACCEPTED")
    patient.params["RSVP"] = vText("FALSE")
    return str(Contentline.from_parts("ATTENDEE", patient.params, patient))
