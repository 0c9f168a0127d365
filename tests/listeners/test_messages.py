"""What the messages say, and what they never say."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from jinja2 import TemplateNotFound

import listeners
from domain import clinic
from domain.clinic import Clinic
from domain.events import Event, SlotDeleted, SlotsClosed, SlotsReopened
from listeners.notifications import NOTIFICATIONS
from listeners.rendering import Rendered, render
from tests.listeners.facts import (
    DESK,
    DOCTOR,
    PATIENT,
    SYSTEM,
    appointment,
    cancelled,
    closed_days,
    created,
    moved,
    one_of_each,
    proposed,
    reopened_days,
    series,
    slot,
    withdrawn_series,
)

URL = "https://book.example.org"


def worded(event: Event) -> Rendered:
    (notification,) = NOTIFICATIONS[type(event)]
    return render(notification.message, event, URL)


@pytest.mark.parametrize("event", one_of_each(), ids=lambda event: event.kind)
def test_both_parts_say_when_in_the_practices_time_and_link_to_the_practice(event: Event) -> None:
    rendered = worded(event)

    for part in (rendered.text, rendered.html):
        assert "Tuesday 1 December 2026" in part or "Wednesday 2 December 2026" in part
        assert "Berlin time, CET" in part or isinstance(event, SlotsClosed | SlotsReopened)
        assert f"{URL}/" in part
        assert "{{" not in part
    assert "\n" not in rendered.subject
    assert 10 < len(rendered.subject) < 120


@pytest.mark.parametrize("event", one_of_each(), ids=lambda event: event.kind)
def test_the_html_part_is_made_for_phones_and_dark_mode_and_loads_nothing(event: Event) -> None:
    html = worded(event).html

    assert '<meta name="color-scheme" content="light dark">' in html
    assert "prefers-color-scheme: dark" in html
    assert "width=device-width" in html
    assert not re.search(r"<img|<script|@import|url\(", html)


@pytest.mark.parametrize("event", one_of_each(), ids=lambda event: event.kind)
def test_no_message_says_what_the_doctor_treats(event: Event) -> None:
    rendered = worded(event)

    assert "Dermatology" not in rendered.subject + rendered.text + rendered.html


def test_every_folder_of_messages_is_used_and_complete() -> None:
    root = Path(listeners.__file__).parent / "messages"
    folders = {path.name for path in root.iterdir() if path.is_dir()}

    used = {one.message for notifications in NOTIFICATIONS.values() for one in notifications}

    assert used == folders
    for name in folders:
        assert {path.name for path in (root / name).iterdir()} >= {
            "subject.txt",
            "body.txt",
            "body.html",
        }


def test_a_message_that_is_not_there_is_an_error() -> None:
    with pytest.raises(TemplateNotFound):
        render("no_such_message", created(), URL)


def test_the_patient_finds_the_appointment_behind_the_link() -> None:
    event = created()

    assert f"{URL}/appointments/{event.appointment.appointment_id}" in worded(event).text


def test_a_moved_appointment_names_the_new_time_and_the_old_one() -> None:
    text = worded(moved(appointment())).text

    assert text.index("Wednesday 2 December") < text.index("Tuesday 1 December")


@pytest.mark.parametrize(
    ("actor", "words"),
    [
        (PATIENT, "you have cancelled this appointment"),
        (DOCTOR, "Dr. Amal Weber had to cancel this appointment"),
        (DESK, "we had to cancel this appointment"),
        (SYSTEM, "this appointment has been cancelled"),
    ],
    ids=lambda value: getattr(value, "role", ""),
)
def test_a_cancelled_appointment_says_who_cancelled_it(actor: object, words: str) -> None:
    rendered = worded(cancelled(actor=actor))

    assert words[0].upper() + words[1:] in rendered.text
    assert words in rendered.html


def test_the_practices_words_are_passed_on_and_the_patients_own_are_not() -> None:
    by_desk = worded(cancelled(actor=DESK, reason="Burst pipe"))
    by_patient = worded(cancelled(actor=PATIENT, reason="I feel better"))

    assert "Burst pipe" in by_desk.text
    assert "Burst pipe" in by_desk.html
    assert "feel better" not in by_patient.text + by_patient.html


def test_a_cancelled_appointment_comes_with_a_way_to_book_again() -> None:
    event = cancelled()

    assert f"{URL}/doctors/{event.appointment.doctor_id}" in worded(event).html


def test_a_withdrawn_slot_names_the_appointment_that_went_with_it() -> None:
    event = SlotDeleted(actor=DOCTOR, slot=slot(), cancelled_reference="K7Q-4MD")

    assert "K7Q-4MD" in worded(event).text


def test_a_series_is_told_with_its_count_and_what_was_left_out() -> None:
    rendered = worded(series(count=42, skipped=3))

    assert rendered.subject.startswith("42 times offered")
    assert "exist on the clock: 3" in rendered.text


def test_a_withdrawn_series_is_told_from_its_first_day_to_its_last() -> None:
    days = "Tuesday 1 December 2026 to Monday 21 December 2026"
    assert worded(withdrawn_series(count=42)).subject == f"42 times withdrawn: {days}"
    start = withdrawn_series().first_starts_at
    one = withdrawn_series(count=1, last_ends_at=start + timedelta(minutes=30))
    assert worded(one).subject == "1 time withdrawn: Tuesday 1 December 2026"


def test_typed_text_cannot_become_markup_or_a_line_of_its_own() -> None:
    name = "<script>alert(1)</script>\r\nBcc: all@example.org"
    rendered = worded(created(appointment(patient_name=name, doctor_name=name)))

    assert "<script>" not in rendered.html
    assert "\nBcc" not in rendered.subject + rendered.text


def test_the_practices_telephone_number_is_given_if_there_is_one() -> None:
    clinic.configure(Clinic(name="Lakeside Practice", phone="+49 30 5550100"))
    try:
        rendered = worded(created())
    finally:
        clinic.configure(Clinic())

    assert "+49 30 5550100" in rendered.text
    assert '<bdi dir="ltr">+49 30 5550100</bdi>' in rendered.html
    assert "Lakeside Practice" in rendered.html


@pytest.mark.parametrize(
    ("event", "language", "where"),
    [
        (created(), "en", "Where: Lakeside Practice, 1 <Lake> Row, Hove\nReference: "),
        (moved(appointment()), "en", "Where: Lakeside Practice, 1 <Lake> Row, Hove\nReference: "),
        (created(appointment(patient_language="ar")), "ar", "Practice، 1 <Lake> Row, Hove\n"),
    ],
    ids=["created", "moved", "from right to left"],
)
def test_the_practices_address_is_given_if_there_is_one(
    event: Event, language: str, where: str
) -> None:
    clinic.configure(Clinic(name="Lakeside Practice", address="1 <Lake> Row, Hove"))
    try:
        rendered = worded(event)
    finally:
        clinic.configure(Clinic())

    assert where in rendered.text
    assert "<dd>Lakeside Practice<br><bdi>1 &lt;Lake&gt; Row, Hove</bdi></dd>" in rendered.html
    assert f'lang="{language}' in rendered.html
    assert "Lake>" not in rendered.subject


def test_without_an_address_the_practices_name_says_where() -> None:
    rendered = worded(created())

    assert "Where: Bookwell Clinic\nReference: " in rendered.text
    assert "<dd>Bookwell Clinic</dd>" in rendered.html


def test_times_instead_are_linked_by_the_public_address() -> None:
    times = (proposed(), proposed(wall_start="2026-12-03T09:00"))
    rendered = worded(cancelled(actor=DOCTOR, proposed=times))
    for part in (rendered.text, rendered.html):
        assert "Free just now" in part
        for time in times:
            assert f"{URL}/slots/{time.slot_id}" in part
        assert "Thursday 3 December 2026, 09:00 (Berlin time, CET)" in part


def test_a_cancellation_without_other_times_promises_none() -> None:
    rendered = worded(cancelled(actor=DOCTOR))
    assert "Free just now" not in rendered.text + rendered.html


def test_closed_days_say_what_went_and_why_and_opening_them_what_is_back() -> None:
    closing = closed_days(kept=2, last_day=date(2026, 12, 1))
    told, taken_back = worded(closing), worded(reopened_days(closing))
    assert told.subject == "Your times are closed: Tuesday 1 December 2026"
    assert taken_back.subject.endswith("Tuesday 1 December 2026 to Wednesday 2 December 2026")
    for part in (told.text, told.html):
        assert "2 free times are no longer offered." in part
        assert "K7Q-4MD" in part
        assert "as their patients have arrived: 2" in part
        assert "The doctor is ill." in part
    for part in (taken_back.text, taken_back.html):
        assert "2 free times are offered again." in part
        assert "Appointments that stand again: K7Q-4MD" in part


def test_a_withdrawn_series_says_what_went_and_what_stays() -> None:
    rendered = worded(withdrawn_series(kept=3, cancelled_references=("K7Q-4MD", "K7Q-4ME")))
    for part in (rendered.text, rendered.html):
        assert "42 times" in part
        assert "K7Q-4MD, K7Q-4ME" in part
        assert "stay: 3" in part
