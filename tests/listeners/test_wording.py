"""Times in words, as the practice's clock shows them."""

from datetime import UTC, date, datetime

import pytest

from domain import clinic
from domain.clinic import Clinic
from listeners import wording
from tests.listeners.facts import appointment

TOLD = [
    ("Europe/Berlin", "2026-12-01T14:30", 0, "Tuesday 1 December 2026, 14:30 (Berlin time, CET)"),
    ("Europe/Berlin", "2026-10-25T02:30", 0, "Sunday 25 October 2026, 02:30 (Berlin time, CEST)"),
    ("Europe/Berlin", "2026-10-25T02:30", 1, "Sunday 25 October 2026, 02:30 (Berlin time, CET)"),
    ("America/New_York", "2027-03-14T09:00", 0, "Sunday 14 March 2027, 09:00 (New York time, EDT)"),
    (
        "Australia/Lord_Howe",
        "2026-10-04T09:00",
        0,
        "Sunday 4 October 2026, 09:00 (Lord Howe Island time, UTC+11:00)",
    ),
    (
        "Australia/Lord_Howe",
        "2027-04-05T09:00",
        0,
        "Monday 5 April 2027, 09:00 (Lord Howe Island time, UTC+10:30)",
    ),
    (
        "America/Sao_Paulo",
        "2026-12-31T23:30",
        0,
        "Thursday 31 December 2026, 23:30 (Sao Paulo time, UTC-03:00)",
    ),
    (
        "America/Argentina/Buenos_Aires",
        "2026-12-01T14:30",
        0,
        "Tuesday 1 December 2026, 14:30 (Buenos Aires time, UTC-03:00)",
    ),
    ("UTC", "2026-12-01T14:30", 0, "Tuesday 1 December 2026, 14:30 (UTC)"),
    ("CET", "2026-12-01T14:30", 0, "Tuesday 1 December 2026, 14:30 (CET)"),
    ("Etc/GMT+3", "2026-12-01T14:30", 0, "Tuesday 1 December 2026, 14:30 (UTC-03:00)"),
]


@pytest.mark.parametrize(("zone", "wall_start", "fold", "words"), TOLD)
def test_a_wall_time_is_told_in_words_with_its_zone(
    zone: str, wall_start: str, fold: int, words: str
) -> None:
    facts = appointment(wall_start=wall_start, fold=fold, zone=zone)

    assert wording.when(facts) == words


def test_a_subject_names_the_zone_only_of_a_time_that_comes_twice() -> None:
    twice = [appointment(wall_start="2026-10-25T02:30", fold=fold) for fold in (0, 1)]
    once = appointment(wall_start="2026-10-25T03:00")

    assert [wording.short_when(facts) for facts in (*twice, once)] == [
        "Sunday 25 October 2026, 02:30 (Berlin time, CEST)",
        "Sunday 25 October 2026, 02:30 (Berlin time, CET)",
        "Sunday 25 October 2026, 03:00",
    ]


def test_the_wall_time_that_was_meant_wins_over_the_stored_moment() -> None:
    facts = appointment(starts_at=datetime(2026, 12, 1, 9, 0, tzinfo=UTC))

    assert "14:30" in wording.when(facts)


def test_a_moment_is_told_on_the_practices_clock() -> None:
    at = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    assert wording.moment(at, "Europe/Berlin") == "Friday 1 January 2027, 00:30 (Berlin time, CET)"


@pytest.fixture
def german_practice() -> object:
    clinic.configure(Clinic(locale="de"))
    yield
    clinic.configure(Clinic())


@pytest.mark.usefixtures("german_practice")
def test_days_are_named_in_the_practices_language() -> None:
    assert wording.day(date(2026, 12, 1)) == "Dienstag, 1. Dezember 2026"


def test_line_breaks_and_turned_text_become_one_plain_line() -> None:
    assert (
        wording.one_line("Mira\r\nBcc: all@example.org\u202egnp") == "Mira Bcc: all@example.orggnp"
    )
