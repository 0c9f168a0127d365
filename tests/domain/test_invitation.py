"""Appointments as iCalendar, read back by the rules of RFC 5545."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from domain import clinic
from domain.invitation import Method, Organizer, invitation
from domain.vtimezone import timezone_around
from tests.listeners.facts import appointment

STAMP = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
URL = "https://book.example.org/appointments/1"
CLINIC = Organizer(name="Bookwell Clinic", address="clinic@example.org")
HALF_HOUR = timedelta(minutes=30)


def at(zone: str, start: datetime, **changes: Any) -> Any:
    """Return an appointment that begins at a UTC moment, as a practice in the zone means it."""
    local = start.astimezone(ZoneInfo(zone))
    return appointment(
        zone=zone,
        starts_at=start,
        ends_at=start + HALF_HOUR,
        wall_start=local.replace(tzinfo=None, fold=0).isoformat(timespec="minutes"),
        fold=local.fold,
        **changes,
    )


def read(content: bytes) -> tuple[Calendar, Any]:
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def rules(zone: str, year: int) -> list[tuple[datetime, timedelta]]:
    """Return when each offset begins, in UTC and ascending, from a VTIMEZONE's text."""
    wrapped = b"BEGIN:VCALENDAR\r\n" + timezone_around(zone, year).to_ical() + b"END:VCALENDAR\r\n"
    (timezone,) = Calendar.from_ical(wrapped).walk("VTIMEZONE")
    onsets = []
    for rule in timezone.subcomponents:
        dates = rule.get("RDATE", [])
        lists = dates if isinstance(dates, list) else [dates]
        starts = [rule["DTSTART"].dt, *(moment.dt for one in lists for moment in one.dts)]
        before, after = rule["TZOFFSETFROM"].td, rule["TZOFFSETTO"].td
        onsets += [((start - before).replace(tzinfo=UTC), after) for start in starts]
    return sorted(onsets)


def moment_by_rules(zone: str, local: datetime) -> datetime:
    """Return the first moment at which a clock that follows a VTIMEZONE shows a local time."""
    onsets = rules(zone, local.year)
    for index, (onset, offset) in enumerate(onsets):
        moment = (local - offset).replace(tzinfo=UTC)
        ends = onsets[index + 1][0] if index + 1 < len(onsets) else None
        if onset <= moment and (ends is None or moment < ends):
            return moment
    raise AssertionError(f"{zone} never shows {local}")


ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/Santiago",
    "Asia/Kolkata",
    "America/Vancouver",
]


@given(
    zone=st.sampled_from(ZONES),
    start=st.datetimes(datetime(2026, 1, 2), datetime(2028, 12, 30), timezones=st.just(UTC)),
)
def test_whatever_moment_is_written_is_read_back_by_the_standards_rules(
    zone: str, start: datetime
) -> None:
    start = start.replace(minute=start.minute // 5 * 5, second=0, microsecond=0)

    content = invitation(at(zone, start), Method.REQUEST, stamped_at=STAMP, url=URL)

    _, event = read(content)
    written = event["DTSTART"].dt
    if event["DTSTART"].params.get("TZID") == zone:
        assert moment_by_rules(zone, written.replace(tzinfo=None)) == start
    else:
        assert written == start


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Europe/Berlin", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        ("America/New_York", datetime(2027, 3, 14, 7, 0, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
        ("Africa/Cairo", datetime(2027, 4, 29, 22, 0, tzinfo=UTC)),
    ],
)
def test_the_first_moments_after_a_change_of_clocks_are_right(zone: str, start: datetime) -> None:
    test_whatever_moment_is_written_is_read_back_by_the_standards_rules.hypothesis.inner_test(
        zone, start
    )


def test_the_second_of_two_equal_wall_times_is_written_in_utc() -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    content = invitation(at("Europe/Berlin", second), Method.REQUEST, stamped_at=STAMP, url=URL)

    assert b"DTSTART:20261025T013000Z" in content


def test_one_appointment_keeps_its_uid_and_its_sequence_rises() -> None:
    facts = appointment(sequence=0)
    moved = appointment(appointment_id=facts.appointment_id, sequence=1)

    _, first = read(invitation(facts, Method.REQUEST, stamped_at=STAMP, url=URL))
    _, second = read(invitation(moved, Method.REQUEST, stamped_at=STAMP, url=URL))

    assert first["UID"] == second["UID"]
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (0, 1)


def test_a_cancelled_appointment_is_withdrawn_from_the_calendar() -> None:
    calendar, event = read(invitation(appointment(), Method.CANCEL, stamped_at=STAMP, url=URL))

    assert calendar["METHOD"] == "CANCEL"
    assert event["STATUS"] == "CANCELLED"


def test_the_patient_is_invited_by_the_clinic_and_need_not_answer() -> None:
    content = invitation(appointment(), Method.REQUEST, stamped_at=STAMP, url=URL, organizer=CLINIC)

    _, event = read(content)
    assert event["ORGANIZER"] == "mailto:clinic@example.org"
    assert event["ATTENDEE"] == "mailto:mira@example.org"
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"


def test_a_file_to_download_names_nobody() -> None:
    content = invitation(appointment(), Method.PUBLISH, stamped_at=STAMP, url=URL)

    assert b"ATTENDEE" not in content
    assert b"Mira" not in content


@given(name=st.text(max_size=200))
def test_no_name_adds_a_line_of_its_own(name: str) -> None:
    hostile = f'{name}\r\nATTACH:http://evil.example"\nBEGIN:VALARM'
    facts = appointment(patient_name=hostile, doctor_name=hostile)

    content = invitation(facts, Method.REQUEST, stamped_at=STAMP, url=URL, organizer=CLINIC)

    calendar, event = read(content)
    assert "ATTACH" not in event
    assert [component.name for component in calendar.walk()].count("VALARM") == 0
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


@given(address=st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" ")))
def test_a_calendar_says_where_however_the_address_is_written(address: str) -> None:
    clinic.configure(clinic.Clinic(address=f"1 {address}END:VEVENT"))
    try:
        content = invitation(appointment(), Method.REQUEST, stamped_at=STAMP, url=URL)
    finally:
        clinic.configure(clinic.Clinic())

    _, event = read(content)
    assert event["LOCATION"] == f"Bookwell Clinic, 1 {address}END:VEVENT"
    assert event["SEQUENCE"] == 0
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_a_name_that_ends_as_an_appointment_does_ends_none() -> None:
    facts = appointment(doctor_name="Dr. END:VEVENT")

    content = invitation(facts, Method.REQUEST, stamped_at=STAMP, url=URL, organizer=CLINIC)

    _, event = read(content)
    assert event["SUMMARY"] == "Appointment with Dr. END:VEVENT"
    assert event["UID"] == f"{facts.appointment_id}@bookwell"
