"""In whose zone a page is written, and in whose habits."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from domain import clinic
from domain.changing import change_one
from domain.documents import Slot, User
from tests.conftest import Run
from tests.domain.conftest import House, frozen, in_days
from tests.webapp.browsing import Browser, attributes
from tests.webapp.conftest import SignIn

pytestmark = pytest.mark.usefixtures("november")


def words(page: TestResponse) -> str:
    """Return what a page says, without its markup."""
    text = re.sub(r"<[^>]+>", "", page.text)
    return " ".join(unescape(text).replace("\N{WORD JOINER}", "").split())


def told(browser: Browser, zone: str) -> Browser:
    """Give a browser the cookie that its script would have set."""
    browser.client.set_cookie("timezone", zone)
    return browser


@pytest.fixture
def winter() -> str:
    """A day on which New York is six hours behind Berlin."""
    return "2027-01-12"


@pytest.fixture
def nine(house: House, doctor: User, winter: str) -> Slot:
    return house.slot(doctor, day=datetime.fromisoformat(winter).date())


def test_without_a_known_zone_the_practices_is_shown_and_named(
    browser: Browser, nine: Slot
) -> None:
    page = browser.get(f"/slots/{nine.id}")
    assert "09:00\N{EN DASH}09:30 Berlin time" in words(page)
    assert "At the practice" not in page.text
    assert attributes(page, "data-assumed") == ["Europe/Berlin"]


def test_the_browsers_zone_is_shown_and_the_practices_beside_it(
    browser: Browser, nine: Slot, doctor: User, winter: str
) -> None:
    told(browser, "America/New_York")
    page = browser.get(f"/slots/{nine.id}")
    assert "Tuesday 12 January 2027, 03:00\N{EN DASH}03:30 New York time" in words(page)
    assert "At the practice: Tuesday 12 January 2027, 09:00 Berlin time" in words(page)
    assert attributes(page, "data-assumed") == []
    week = words(browser.get(f"/doctors/{doctor.id}?date={winter}"))
    assert "Times are in New York time." in week


@pytest.mark.parametrize(
    ("zone", "words_of"), [("UTC", "UTC"), ("Africa/Cairo", "heure locale (Le Caire)")]
)
def test_french_names_a_zone_with_a_city_and_one_without(
    browser: Browser, nine: Slot, doctor: User, winter: str, zone: str, words_of: str
) -> None:
    path = f"/doctors/{doctor.id}?date={winter}"
    page = told(browser, zone).get(path, headers={"Accept-Language": "fr"})
    assert f"Heures affichées : {words_of}." in words(page)
    assert f"Heure affichée : {words_of}, fuseau {zone}." in words(page)
    assert "Heure du cabinet : heure locale (Berlin), fuseau Europe/Berlin." in words(page)


def test_the_day_that_stands_out_in_a_week_is_the_readers_today(
    browser: Browser, house: House, doctor: User, winter: str
) -> None:
    house.slot(doctor, day=datetime.fromisoformat(winter).date() + timedelta(days=2))
    for zone, day in (("Asia/Kolkata", "13 January"), ("Europe/Berlin", "12 January")):
        with frozen(datetime.fromisoformat(f"{winter}T20:30+00:00")):
            page = told(browser, zone).get(f"/doctors/{doctor.id}?date={winter}")
        [name] = re.findall(r'day--today">\s*<h3 class="day__name">(.*?)</h3>', page.text)
        assert day in name


@pytest.mark.parametrize(
    ("language", "name", "chip"),
    [
        ("ar", 'الثلاثاء<span class="day__comma">،</span> ', "الثلاثاء 12_يناير"),
        ("de", 'Dienstag<span class="day__comma">,</span> ', "Di., 12._Jan."),
        ("en-GB", "Tuesday ", "Tue 12_Jan"),
    ],
)
def test_no_comma_hangs_where_a_weekday_may_stand_above_its_date(
    browser: Browser, nine: Slot, doctor: User, winter: str, language: str, name: str, chip: str
) -> None:
    read = {"Accept-Language": language}
    week = browser.get(f"/doctors/{doctor.id}?date={winter}", headers=read).text
    assert f'{name}<span class="day__date">' in week
    [free] = re.findall(rf'data-slot-id="{nine.id}".*?</a>', browser.get("/", headers=read).text)
    assert f'<span class="slot__day">{chip}</span>' in free.replace("\N{NO-BREAK SPACE}", "_")


def test_a_free_time_says_both(browser: Browser, house: House, doctor: User) -> None:
    slot = house.slot(doctor, day=in_days(3))
    for path in ("/", f"/doctors/{doctor.id}?date={in_days(3)}"):
        page = told(browser, "Asia/Kolkata").get(path)
        [button] = re.findall(rf'<a class="slot[^>]*data-slot-id="{slot.id}".*?</a>', page.text)
        assert "09:00 Berlin time" in button
        assert re.search(r">1[23]:30<", button)


def test_the_account_knows_better_than_the_browser(
    signed_in: SignIn, run: Run, patient: User, nine: Slot
) -> None:
    run(change_one(User, {"_id": patient.id}, {"$set": {"timezone": "Asia/Kolkata"}}))
    page = told(signed_in(patient), "America/New_York").get(f"/slots/{nine.id}")
    assert "13:30\N{EN DASH}14:00 Kolkata time" in words(page)


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "Berlin",
        "europe/london",
        "Factory",
        "../../etc/passwd",
        "/etc/localtime",
        "Europe",
        "tzdata.zi",
        "zone.tab",
        "Europe/London; path=/",
        "<script>",
        "x" * 3000,
        "\x7f\x80",
    ],
)
def test_what_is_no_iana_name_counts_for_nothing(
    app: Flask, browser: Browser, nine: Slot, cookie: str
) -> None:
    page = browser.client.get(f"/slots/{nine.id}", headers={"Cookie": f'timezone="{cookie}"'})
    assert page.status_code == 200
    assert "09:00\N{EN DASH}09:30 Berlin time" in words(page)


def test_an_account_with_a_zone_that_no_longer_exists_does_not_break_its_pages(
    signed_in: SignIn, run: Run, patient: User, nine: Slot
) -> None:
    run(change_one(User, {"_id": patient.id}, {"$set": {"timezone": "Mars/Olympus"}}))
    page = signed_in(patient).get(f"/slots/{nine.id}")
    assert "09:00\N{EN DASH}09:30 Berlin time" in words(page)


@pytest.mark.parametrize(
    ("locale", "clock", "first"),
    [("en_US", "2:30\N{NARROW NO-BREAK SPACE}PM", "2027-01-10"), ("de", "14:30", "2027-01-11")],
)
def test_the_locale_decides_the_clock_and_the_first_day_of_the_week(
    browser: Browser, house: House, doctor: User, locale: str, clock: str, first: str
) -> None:
    clinic.configure(clinic.Clinic(locale=locale))
    day = datetime(2027, 1, 12, 14, 30)
    with time_machine.travel(datetime(2027, 1, 1, tzinfo=UTC)):
        slot = house.slot(doctor, day=day.date(), start=day.time())
        page = browser.get(f"/doctors/{doctor.id}?date=2027-01-12")
    assert f">{clock}</time>" in page.text
    assert str(slot.id) in page.text
    later = (datetime.fromisoformat(first) + timedelta(days=7)).date()
    assert f"date={later}" in page.text


def test_the_way_to_the_first_free_time_leads_there_for_a_reader_across_the_date_line(
    browser: Browser, house: House, doctor: User
) -> None:
    with time_machine.travel(datetime(2026, 12, 20, tzinfo=UTC)):
        slot = house.slot(
            doctor,
            day=datetime(2027, 1, 3).date(),
            start=datetime.max.time().replace(hour=23, minute=30, second=0, microsecond=0),
        )
        told(browser, "Pacific/Apia")
        empty = browser.get(f"/doctors/{doctor.id}?date=2026-12-21")
        [way] = re.findall(r'button--primary" href="([^"]*)"', empty.text)
        assert str(slot.id) in browser.get(unescape(way)).text
