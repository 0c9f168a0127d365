"""Mails about appointments bring a calendar file that mail programs act on."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar

from domain import clinic
from domain.events import Event
from listeners.channels.email import EmailChannel
from listeners.notifications import NOTIFICATIONS
from tests.listeners.conftest import Configure
from tests.listeners.facts import appointment, cancelled, created, moved, one_of_each, reprojected
from tests.listeners.test_email import delivery
from tests.support.smtp import MailServer


@pytest.fixture
def channel(configured: Configure) -> Iterator[EmailChannel]:
    made = EmailChannel(configured())
    yield made
    made.rest()


def parts(message: EmailMessage, content_type: str) -> list[Any]:
    return [part for part in message.walk() if part.get_content_type() == content_type]


def mailed(channel: EmailChannel, mail_server: MailServer, event: Event) -> EmailMessage:
    (notification,) = NOTIFICATIONS[type(event)]
    channel.send(delivery().model_copy(update={"message": notification.message}), event)
    return mail_server.received[-1].message


@pytest.mark.parametrize(
    ("event", "method"),
    [
        (created(), "REQUEST"),
        (moved(appointment()), "REQUEST"),
        (reprojected(appointment()), "REQUEST"),
        (cancelled(), "CANCEL"),
    ],
    ids=["created", "moved", "reprojected", "cancelled"],
)
def test_a_mail_program_is_told_what_to_do_with_the_appointment(
    channel: EmailChannel, mail_server: MailServer, event: Any, method: str
) -> None:
    message = mailed(channel, mail_server, event)

    (part,) = parts(message, "text/calendar")
    assert part.get_param("method") == method
    calendar = Calendar.from_ical(part.get_content())
    assert calendar["METHOD"] == method
    (entry,) = calendar.walk("VEVENT")
    assert entry["UID"] == f"{event.appointment.appointment_id}@bookwell"
    assert entry["SEQUENCE"] == event.appointment.sequence
    assert entry["ORGANIZER"] == "mailto:clinic@example.org"


def test_the_file_that_can_be_saved_is_the_same(
    channel: EmailChannel, mail_server: MailServer
) -> None:
    facts = appointment(patient_name="Łukasz Žák", doctor_name="Dr. " + "Überlänge " * 12)
    message = mailed(channel, mail_server, created(facts))

    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "appointment.ics"
    (part,) = parts(message, "text/calendar")
    assert attached.get_content().decode() == part.get_payload(decode=True).decode()


def test_it_says_where_the_practice_is_and_no_header_does(
    channel: EmailChannel, mail_server: MailServer
) -> None:
    address = "Hof 3; Überlänge\\weg " + "12 " * 30 + "Bcc: all@example.org, Köln"
    clinic.configure(clinic.Clinic(address=address))
    try:
        message = mailed(channel, mail_server, created())
    finally:
        clinic.configure(clinic.Clinic())

    (part,) = parts(message, "text/calendar")
    (entry,) = Calendar.from_ical(part.get_content()).walk("VEVENT")
    assert entry["LOCATION"] == f"Bookwell Clinic, {address}"
    assert not [value for value in message.values() if "Hof 3" in value or "Bcc" in value]


def test_a_moved_appointment_replaces_the_earlier_one(
    channel: EmailChannel, mail_server: MailServer
) -> None:
    facts = appointment()
    entries = []
    for event in (created(facts), moved(facts)):
        (part,) = parts(mailed(channel, mail_server, event), "text/calendar")
        entries += Calendar.from_ical(part.get_content()).walk("VEVENT")

    assert entries[0]["UID"] == entries[1]["UID"]
    assert entries[0]["SEQUENCE"] < entries[1]["SEQUENCE"]
    assert entries[1]["DTSTART"].dt - entries[0]["DTSTART"].dt == timedelta(days=1)


@pytest.mark.parametrize(
    "event",
    [event for event in one_of_each() if not event.kind.startswith("appointment.")],
    ids=lambda event: event.kind,
)
def test_mails_to_doctors_bring_no_calendar_file(
    channel: EmailChannel, mail_server: MailServer, event: Event
) -> None:
    message = mailed(channel, mail_server, event)

    assert parts(message, "text/calendar") == []
