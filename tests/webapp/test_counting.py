"""One reads otherwise than many, in each language in its own way."""

import re
from datetime import time
from html import unescape

import pytest

from domain.actions.booking import book
from domain.documents import Role, User
from tests.domain.conftest import House, in_days
from tests.webapp.browsing import Browser
from tests.webapp.conftest import SignIn


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("en", ("booked", "free"), ("booked", "free")),
        ("de", ("gebucht", "frei"), ("gebucht", "frei")),
        ("fr", ("réservé", "libre"), ("réservés", "libres")),
        ("es", ("reservada", "libre"), ("reservadas", "libres")),
        ("ar", ("محجوز", "متاح"), ("محجوزة", "متاحة")),
    ],
)
def test_a_days_times_are_counted_as_a_language_does(
    house: House,
    doctor: User,
    signed_in: SignIn,
    language: str,
    one: tuple[str, str],
    many: tuple[str, str],
) -> None:
    desk, calendar = signed_in(house.person(Role.RECEPTIONIST)), signed_in(doctor)
    for hours, words in (((8,), one), ((9, 10), many)):
        for hour in hours:
            house.run(book(house.slot(doctor, start=time(hour)).id, house.person()))
            house.slot(doctor, start=time(hour, 30))
        counted = [f"{hours[-1] - 7} {word}" for word in words]
        assert numbers(seen(desk, "/desk", language)) >= set(counted)
        for view in ("/calendar/day", "/calendar"):
            assert facts(seen(calendar, view, language)) >= set(counted)
        # A month knows whose time is free, and not what became of the others.
        assert counted[1] in facts(seen(calendar, "/calendar/month", language))


def seen(browser: Browser, path: str, language: str) -> str:
    day = f"date={in_days(7)}"
    return unescape(browser.get(f"{path}?{day}", headers={"Accept-Language": language}).text)


def facts(page: str) -> set[str]:
    """Return what a calendar says below its title."""
    listed = page.partition("calendar__facts")[2].partition("</ul>")[0]
    return set(re.findall("<li>([^<]*)</li>", listed))


def numbers(page: str) -> set[str]:
    """Return what the desk's list counts."""
    counts = page.partition('id="desk-counts"')[2].partition("</ul>")[0]
    pieces = counts.replace("<strong>", "").replace("</strong>", "").split("</a>")
    return {piece.rpartition(">")[2] for piece in pieces}
