"""Messages in the language of whoever they are for."""

from dataclasses import replace

import pytest

from domain import clinic
from domain.clinic import Clinic
from domain.events import Event
from listeners.notifications import NOTIFICATIONS
from listeners.rendering import Rendered, render
from tests.listeners.facts import appointment, cancelled, created, one_of_each, reminder

URL = "https://book.example.org"


def worded(event: Event) -> Rendered:
    (notification,) = NOTIFICATIONS[type(event)]
    return render(notification.message, event, URL)


@pytest.mark.parametrize(
    ("language", "subject", "when"),
    [
        ("de", "Termin gebucht: ", "Dienstag, 1. Dezember 2026, 14:30 (Ortszeit Berlin, MEZ)"),
        ("fr", "Rendez-vous réservé", "mardi 1 décembre 2026, 14:30 (heure locale : Berlin"),
        ("es", "Cita reservada", "martes, 1 de diciembre de 2026, 14:30 (hora de Berlín"),
        ("ar", "تم حجز الموعد", "2:30"),
        ("", "Appointment booked", "Tuesday 1 December 2026, 14:30 (Berlin time, CET)"),
    ],
)
def test_a_patient_reads_in_their_language(language: str, subject: str, when: str) -> None:
    rendered = worded(created(appointment(patient_language=language)))
    assert rendered.subject.startswith(subject)
    for part in (rendered.text, rendered.html):
        assert when.replace("MEZ", "CET") in part
    direction = "rtl" if language == "ar" else "ltr"
    assert f'dir="{direction}"' in rendered.html


@pytest.mark.parametrize(
    ("language", "opening"),
    [
        ("", "Hello Mira Lindqvist,\n\nThis is a reminder"),
        ("fr", "Bonjour Mira Lindqvist,\n\nVoici un rappel"),
        ("de", "Guten Tag Mira Lindqvist,\n\ndies ist eine Erinnerung"),
    ],
)
def test_what_follows_the_greeting_begins_as_a_paragraph_does(language: str, opening: str) -> None:
    rendered = worded(reminder(appointment(patient_language=language)))
    assert opening in rendered.text


def test_without_a_language_of_their_own_it_is_the_practices() -> None:
    clinic.configure(Clinic(locale="de_CH"))
    try:
        assert worded(created()).subject.startswith("Termin gebucht")
        assert '<html lang="de-CH" dir="ltr">' in worded(created()).html
    finally:
        clinic.configure(Clinic())


@pytest.mark.parametrize("language", ["de", "fr", "es", "ar"])
@pytest.mark.parametrize("event", one_of_each(), ids=lambda event: event.kind)
def test_every_message_can_be_said_in_every_language(event: Event, language: str) -> None:
    english = worded(event)
    translated = worded(speaking(event, language))
    assert translated.subject != english.subject
    assert "%(" not in translated.subject + translated.text + translated.html
    assert "None" not in translated.text


def speaking(event: Event, language: str) -> Event:
    """Return an event whose reader has a language."""
    for whose in ("doctor_language", "person_language"):
        if hasattr(event, whose):
            return replace(event, **{whose: language})
    if hasattr(event, "slot"):
        return replace(event, slot=replace(event.slot, doctor_language=language))
    facts = replace(event.appointment, patient_language=language)  # type: ignore[attr-defined]
    return replace(event, appointment=facts)  # type: ignore[call-arg]


def test_what_people_typed_is_put_into_sentences_on_one_line_and_harmless() -> None:
    name = "<b>Mira</b>\r\nBcc: x@example.org\u202e"
    rendered = worded(created(appointment(patient_name=name, patient_language="de")))
    assert "Guten Tag <b>Mira</b> Bcc: x@example.org," in rendered.text
    assert "&lt;b&gt;Mira&lt;/b&gt;" in rendered.html
    assert "<b>Mira" not in rendered.html
    assert "\u202e" not in rendered.html + rendered.text


def test_a_doctor_with_markup_in_the_name_is_no_markup_in_a_cancellation() -> None:
    facts = appointment(doctor_name="Dr. <i>X</i>")
    rendered = worded(
        replace(cancelled(facts), actor=replace(cancelled(facts).actor, role="doctor"))
    )
    assert "<i>X" not in rendered.html
