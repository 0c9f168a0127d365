"""One's own account: in which zone times are shown."""

import pytest

from domain.documents import Role, Slot, User
from tests.domain.conftest import House
from tests.webapp.conftest import SignIn
from tests.webapp.test_reader import told, words


@pytest.mark.parametrize("role", list(Role))
def test_everybody_finds_their_account_by_their_name(
    signed_in: SignIn, house: House, role: Role
) -> None:
    person = house.person(role)
    browser = signed_in(person)
    link = browser.get("/").text.partition('href="/account"')[2].partition("</a>")[0]
    assert f">{person.name}</span>" in link
    page = browser.get("/account")
    assert person.email in page.text
    assert "<h1>My account</h1>" in page.text


def test_the_zone_that_one_sets_holds_on_every_device(
    signed_in: SignIn, house: House, patient: User, slot: Slot
) -> None:
    browser = told(signed_in(patient), "America/New_York")
    saved = browser.post("/account", {"timezone": "Asia/Kolkata"}, follow_redirects=True)
    assert "Saved." in saved.text
    assert '<option selected value="Asia/Kolkata">Kolkata</option>' in saved.text
    assert house.now(patient).timezone == "Asia/Kolkata"
    assert "Kolkata time" in words(signed_in(patient).get(f"/slots/{slot.id}"))


def test_without_one_the_devices_zone_holds_again(
    signed_in: SignIn, house: House, patient: User, slot: Slot
) -> None:
    browser = told(signed_in(patient), "America/New_York")
    for zone in ("Asia/Kolkata", ""):
        assert browser.post("/account", {"timezone": zone}).status_code == 303
    assert house.now(patient).timezone is None
    assert "New York time" in words(browser.get(f"/slots/{slot.id}"))


@pytest.mark.parametrize("zone", ["Berlin", "Factory", "../etc/passwd", "x" * 500, "\x00", "😀"])
def test_what_is_no_zone_is_refused_and_said_beside_the_field(
    signed_in: SignIn, house: House, patient: User, zone: str
) -> None:
    answer = signed_in(patient).post("/account", {"timezone": zone})
    assert answer.status_code == 422
    assert "Please choose a time zone from the list." in answer.text
    assert house.now(patient).timezone is None
