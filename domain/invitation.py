"""An appointment as iCalendar (RFC 5545), for the patient's own calendar."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress, vText

from domain import clinic
from domain.events import AppointmentFacts
from domain.vtimezone import timezone_lines
from domain.walltime import zone_named

_EVENT = b"BEGIN:VEVENT\r\n"


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
    calendar = Calendar()
    calendar.add("prodid", "-//Bookwell//Bookwell//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    start, end = _start_and_end(facts)
    event = _event(facts, method, stamped_at, url, words or _english(facts))
    event.add("dtstart", start)
    event.add("dtend", end)
    if organizer is not None:
        event.add("organizer", _person(organizer.name, organizer.address))
        event.add("attendee", _attendee(facts))
    calendar.add_component(event)
    written = bytes(calendar.to_ical())
    if start.tzname() == "UTC":
        return written
    return written.replace(_EVENT, timezone_lines(facts.zone, start.year) + _EVENT, 1)


def _event(
    facts: AppointmentFacts, method: Method, stamped_at: datetime, url: str, words: InvitationWords
) -> Event:
    event = Event()
    event.add("uid", f"{facts.appointment_id}@bookwell")
    event.add("sequence", facts.sequence)
    event.add("dtstamp", stamped_at)
    event.add("summary", words.summary)
    event.add("location", clinic.current().name)
    event.add("description", f"{words.reference}\n{url}")
    event.add("url", url)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    return event


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


def _attendee(facts: AppointmentFacts) -> vCalAddress:
    patient = _person(facts.patient_name, facts.patient_email)
    patient.params["PARTSTAT"] = vText("ACCEPTED")
    patient.params["RSVP"] = vText("FALSE")
    return patient
