"""What every page says on paper alone."""

import re

import pytest

from domain import clock
from domain.documents import Role, Slot
from tests.domain.conftest import House
from tests.webapp.browsing import HTMX, Browser
from tests.webapp.conftest import SignIn

PRINTED = re.compile(r'<p id="printed"( hx-swap-oob="true")?>([^<]*)</p>')


@pytest.mark.parametrize("path", ["/desk", "/notifications", "/people", "/audit", "/account"])
def test_every_page_says_when_it_was_printed_and_for_whom(
    signed_in: SignIn, house: House, path: str
) -> None:
    admin = house.person(Role.ADMIN)
    [(_, words)] = PRINTED.findall(signed_in(admin).get(path).text)
    assert re.fullmatch(
        rf"Printed on [^<]+\s{clock.now().year}, \d\d:\d\d, for {admin.name}", words
    )


def test_a_page_of_nobodys_says_when_it_was_printed(browser: Browser) -> None:
    [(_, words)] = PRINTED.findall(browser.get("/").text)
    assert re.fullmatch(rf"Printed on [^<]+\s{clock.now().year}, \d\d:\d\d", words)


def test_what_is_put_into_an_open_page_brings_the_moment_with_it(browser: Browser) -> None:
    [(oob, words)] = PRINTED.findall(browser.get("/", headers=HTMX).text)
    assert oob
    assert words.startswith("Printed on ")


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.PATIENT, "/doctors/{doctor}?date={day}"),
        (Role.RECEPTIONIST, "/desk/book?doctor={doctor}&date={day}"),
        (Role.RECEPTIONIST, "/desk/away?doctor={doctor}&date={day}"),
    ],
)
def test_what_heads_some_days_has_their_year_on_paper(
    signed_in: SignIn, house: House, slot: Slot, role: Role, path: str
) -> None:
    day = slot.wall_start[:10]
    page = signed_in(house.person(role)).get(path.format(doctor=slot.doctor_id, day=day)).text
    assert day[:4] in "".join(re.findall(r"<h2.*?</h2>", page))
