"""Times in words."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from domain.walltime import moments
from webapp.presenters.reader import Reader
from webapp.presenters.times import shown, zone_words

BERLIN = "Europe/Berlin"


@dataclass
class Offered:
    """A slot as its wall time."""

    wall_start: str
    zone: str = BERLIN
    fold: int = 0

    @property
    def starts_at(self) -> datetime:
        found = moments(datetime.fromisoformat(self.wall_start), ZoneInfo(self.zone))
        return found[min(self.fold, len(found) - 1)]

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=30)


def reader(zone: str, locale: str = "en_GB") -> Reader:
    return Reader(zone=ZoneInfo(zone), locale=Locale.parse(locale))


@pytest.mark.parametrize(
    ("wall_start", "zone", "day", "clock"),
    [
        ("2026-10-26T09:00", "America/New_York", "26", "04:00"),
        ("2026-11-02T09:00", "America/New_York", "2", "03:00"),
        ("2027-03-15T09:00", "America/New_York", "15", "04:00"),
        ("2027-03-29T09:00", "America/New_York", "29", "03:00"),
        ("2026-10-29T09:00", "Asia/Kolkata", "29", "13:30"),
        ("2026-12-31T23:30", "Pacific/Apia", "1", "11:30"),
    ],
)
def test_a_reader_elsewhere_sees_both_times(
    wall_start: str, zone: str, day: str, clock: str
) -> None:
    when = shown(Offered(wall_start), reader(zone))
    assert (str(when.date.day), when.clock) == (day, clock)
    assert when.practice
    assert f"{wall_start[-5:]} Berlin time" in when.practice


@pytest.mark.usefixtures("november")
def test_a_reader_at_home_sees_one_time() -> None:
    when = shown(Offered("2026-12-01T14:30"), reader(BERLIN))
    assert (when.words, when.until) == ("Tuesday 1 December, 14:30", "15:00")
    assert when.iso == "2026-12-01T13:30:00Z"
    assert (when.zone, when.practice) == ("Berlin time", None)


def test_a_time_that_comes_twice_says_which() -> None:
    twice = [Offered("2026-10-25T02:30", fold=fold) for fold in (0, 1)]
    first, second = (shown(one, reader(BERLIN)) for one in twice)
    assert (first.clock, second.clock) == ("02:30 (UTC+02:00)", "02:30 (UTC+01:00)")
    assert first.iso < second.iso


def test_half_an_hour_of_daylight_saving_is_told_apart() -> None:
    island = "Australia/Lord_Howe"
    twice = [Offered("2027-04-04T01:45", island, fold) for fold in (0, 1)]
    when = [shown(one, reader(island)) for one in twice]
    assert [one.clock for one in when] == ["01:45 (UTC+11:00)", "01:45 (UTC+10:30)"]


def test_the_wall_time_that_was_meant_is_shown_whatever_the_stored_moment_says() -> None:
    class Stale(Offered):
        @property
        def starts_at(self) -> datetime:
            return datetime(2026, 12, 1, 17, tzinfo=UTC)

    when = shown(Stale("2026-12-01T09:00", "America/Vancouver"), reader("America/Vancouver"))
    assert when.clock == "09:00"


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("de", "Dienstag, 1. Dezember"),
        ("fr", "mardi 1 décembre"),
        ("en_US", "Tuesday, December 1"),
    ],
)
def test_days_are_written_as_the_locale_does(locale: str, words: str) -> None:
    assert shown(Offered("2026-12-01T09:00"), reader(BERLIN, locale)).day.startswith(words)


@pytest.mark.parametrize(
    ("zone", "locale", "words"),
    [
        ("America/Argentina/Buenos_Aires", "en_GB", "Buenos Aires time"),
        ("America/Argentina/Buenos_Aires", "de", "Ortszeit Buenos Aires"),
        ("Africa/Cairo", "fr", "heure locale (Le Caire)"),
    ],
)
def test_a_zone_is_named_by_its_city_alone(zone: str, locale: str, words: str) -> None:
    assert zone_words(ZoneInfo(zone), Locale.parse(locale)) == words


@pytest.mark.parametrize(
    ("zone", "words"), [("UTC", "UTC"), ("Etc/GMT+3", "UTC-03:00"), ("Etc/UTC", "UTC")]
)
@pytest.mark.parametrize("locale", ["en_GB", "ar"])
def test_a_zone_without_a_city_is_named_by_its_distance(zone: str, words: str, locale: str) -> None:
    assert zone_words(ZoneInfo(zone), Locale.parse(locale)) == words
