"""Hostile names and reasons: harmless in pages, messages, calendar files and spreadsheets."""

import csv
import io
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from icalendar import Calendar

from domain.actions.accounts import add_person
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.documents import Appointment, EventRecord, Role, User
from domain.errors import Invalid
from domain.events import from_record
from listeners.channels.email import EmailChannel
from listeners.config import NotifierConfig
from listeners.fanout import fan_out
from listeners.trace import Trace
from tests.conftest import Run
from tests.domain.conftest import House, in_days
from tests.webapp.conftest import SignIn

HOSTILE = {
    "emoji": "😀👩\u200d⚕️ Ada",
    "override": "Ada \u202egnp.exe",
    "formula": '=HYPERLINK("http://evil.example","click")',
    "script": "<script>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)',
    "header": "Ada\r\nBcc: evil@example.org\r\n\r\n<h1>Hi</h1>",
    "template": "{{ config }}{% raw %}${7*7}",
    "percent": "%(name)s %s %n",
    "fold": "x" * 110 + "é",
}


def booked_by(run: Run, house: House, doctor: User, typed: str) -> tuple[User, Appointment]:
    person = add_person(role=Role.PATIENT, email="hostile@example.org", name=typed, password=None)
    patient = run(person)
    return patient, run(book(house.slot(doctor).id, patient, reason=typed))


@pytest.mark.parametrize("kind", HOSTILE)
def test_pages_show_it_as_text(
    run: Run, house: House, doctor: User, signed_in: SignIn, kind: str
) -> None:
    patient, booked = booked_by(run, house, doctor, HOSTILE[kind])
    desk = signed_in(house.person(Role.RECEPTIONIST))
    for browser, path in (
        (signed_in(patient), f"/appointments/{booked.id}"),
        (desk, f"/appointments/{booked.id}"),
        (desk, f"/desk?date={in_days(7)}"),
        (signed_in(doctor), f"/calendar?date={in_days(7)}"),
    ):
        text = browser.get(path).text
        for harm in ("<script>alert", '" onmouseover', "\u202e", "<h1>Hi", "49{"):
            assert harm not in text, (path, harm)


@pytest.mark.parametrize("kind", HOSTILE)
def test_calendar_files_and_spreadsheets_hold_it_as_text(
    run: Run, house: House, doctor: User, signed_in: SignIn, kind: str
) -> None:
    patient, booked = booked_by(run, house, doctor, HOSTILE[kind])
    file = signed_in(patient).get(f"/appointments/{booked.id}/calendar.ics")
    [event] = Calendar.from_ical(file.data).walk("VEVENT")
    assert not [name for name in event if name.upper() in ("BCC", "ATTENDEE", "ATTACH")]
    desk = signed_in(house.person(Role.RECEPTIONIST))
    listed = desk.get(f"/desk.csv?date={in_days(7)}&until={in_days(7)}")
    rows = list(csv.reader(io.StringIO(listed.get_data(as_text=True), newline="")))
    assert len(rows) == 2
    assert len(rows[1]) == len(rows[0])
    assert not [cell for cell in rows[1] if cell.lstrip()[:1] in ("=", "+", "-", "@")]


@pytest.mark.parametrize("kind", HOSTILE)
def test_messages_gain_no_header_and_no_markup(
    run: Run, house: House, doctor: User, tmp_path: Path, kind: str
) -> None:
    patient, booked = booked_by(run, house, doctor, HOSTILE[kind])
    run(cancel(booked.id, house.person(Role.RECEPTIONIST), reason=HOSTILE[kind]))
    config = NotifierConfig(
        mail_from="clinic@example.org", mail_folder=tmp_path, public_url="https://c.example.org"
    )
    channel, trace = EmailChannel(config), Trace()
    told = [from_record(record) for record in run(EventRecord.find_all().to_list())]
    run(fan_out(told))
    deliveries, _ = run(trace.newest(state=None, recipients=[patient.email], before=None, size=9))
    events = {event.id: event for event in told}
    for delivery in deliveries:
        channel.send(delivery, events[delivery.event_id])
    messages = [as_message(path) for path in tmp_path.glob("*.eml")]
    assert len(messages) == 2
    for message in messages:
        assert message["Bcc"] is None
        assert [name for name in message if name.lower() == "to"] == ["To"]
        assert str(message["To"]) == "hostile@example.org"
        html = message.get_body(("html",))
        assert html is not None
        for harm in ("<script>alert", '" onmouseover', "\u202e", "<h1>Hi", "49{"):
            assert harm not in html.get_content()


def as_message(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize("typed", ["x" * 5000, "\x00", "\ud800", "\u2028", ""])
def test_what_no_name_can_be_is_refused(run: Run, typed: str) -> None:
    with pytest.raises(Invalid):
        run(add_person(role=Role.PATIENT, email="a@example.org", name=typed, password=None))
