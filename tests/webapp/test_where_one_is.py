"""The header marks on which of its ways a page lies."""

import re

import pytest

from domain.actions.booking import book
from domain.documents import Role, Slot, User
from tests.conftest import Run
from tests.domain.conftest import House
from tests.webapp.browsing import Browser
from tests.webapp.conftest import SignIn


def marked(browser: Browser, path: str) -> list[str]:
    """Return where the links lead that the header marks."""
    header = browser.get(path).text.partition("<header")[2].partition("</header>")[0]
    return re.findall(r'href="([^"]*)" aria-current="page"', header)


def test_a_time_lies_on_the_way_to_a_doctor(
    browser: Browser, signed_in: SignIn, patient: User, slot: Slot
) -> None:
    for window in (browser, signed_in(patient)):
        assert marked(window, f"/slots/{slot.id}") == ["/"]


def test_all_of_an_appointment_lies_among_ones_own(
    signed_in: SignIn, run: Run, patient: User, slot: Slot
) -> None:
    appointment = run(book(slot.id, patient))
    for path in ("", f"/{appointment.id}", f"/{appointment.id}/move"):
        assert marked(signed_in(patient), f"/appointments{path}") == ["/appointments"]


@pytest.mark.parametrize("part", ["", "/particulars", "/password", "/second-factor", "/erase"])
def test_all_of_ones_account_is_marked_at_ones_name(
    signed_in: SignIn, patient: User, part: str
) -> None:
    assert marked(signed_in(patient), f"/account{part}") == ["/account"]


def test_all_that_staff_leads_to_is_marked_there(
    house: House, signed_in: SignIn, patient: User
) -> None:
    office = signed_in(house.person(Role.ADMIN))
    for path in ("/people", "/people/add", "/audit", "/patients", f"/patients/{patient.id}/erase"):
        assert marked(office, path) == ["/people"], path
