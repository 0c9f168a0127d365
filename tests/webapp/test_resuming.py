"""A session that ends in the middle of something: back to it, with what was typed."""

from datetime import timedelta

import pytest
from flask import Flask

from domain import clock
from domain.actions.sessions import sign_out_everywhere
from domain.documents import Appointment, KeptForm, Slot, User
from tests.conftest import Run
from tests.domain.conftest import House, frozen
from tests.support.people import member
from tests.webapp.browsing import HTMX, Browser, hidden, only

ADDRESS, PASSWORD = "ann@example.org", "a long password"
GOOD = {"email": ADDRESS, "password": PASSWORD}
REASON = "My “knee” & I\n<b>again</b>"


@pytest.fixture
def ann(run: Run) -> User:
    return run(member(email=ADDRESS, password=PASSWORD, name="Ann"))


@pytest.fixture
def signed_out(browser: Browser, run: Run, ann: User, slot: Slot) -> dict[str, str]:
    """Return the fields of a form that was opened before the session ended elsewhere."""
    browser.post("/login", GOOD)
    fields = hidden(browser.get(f"/slots/{slot.id}"))
    run(sign_out_everywhere(ann.id))
    return {**fields, "reason": REASON}


def sent(browser: Browser, slot: Slot, fields: dict[str, str], *, htmx: bool = False) -> str:
    """Send the form and return where it leads."""
    headers = {**HTMX, "HX-Current-URL": f"http://localhost/slots/{slot.id}"} if htmx else {}
    answer = browser.client.post(f"/slots/{slot.id}/book", data=fields, headers=headers)
    assert answer.status_code == (200 if htmx else 303)
    return answer.headers["HX-Redirect" if htmx else "Location"]


@pytest.mark.parametrize("htmx", [True, False])
def test_what_was_typed_is_sent_after_signing_in_again(
    browser: Browser, run: Run, slot: Slot, signed_out: dict[str, str], htmx: bool
) -> None:
    way = sent(browser, slot, signed_out, htmx=htmx)
    assert way.startswith("/login")
    assert browser.get(way).status_code == 200
    assert run(Appointment.count()) == 0
    assert browser.post("/login", GOOD).headers["Location"] == "/resume"
    page = browser.get("/resume")
    assert "My “knee” &amp; I" in page.text
    assert f'action="/slots/{slot.id}/book"' in page.text
    again = {**signed_out, **hidden(page)}
    answer = browser.client.post(f"/slots/{slot.id}/book", data=again)
    assert answer.status_code == 303
    assert run(only(Appointment)).reason == REASON


def test_what_waits_cannot_be_read_in_the_database_or_the_cookie_alone(
    browser: Browser, run: Run, slot: Slot, signed_out: dict[str, str]
) -> None:
    sent(browser, slot, signed_out)
    [kept] = run(KeptForm.find({}).to_list())
    assert "knee" not in kept.sealed
    cookie = browser.client.get_cookie("bookwell")
    assert cookie is not None
    assert "knee" not in cookie.value


def test_somebody_else_who_signs_in_sees_nothing_of_it(
    browser: Browser, run: Run, slot: Slot, signed_out: dict[str, str]
) -> None:
    run(member(email="bob@example.org", password=PASSWORD, name="Bob"))
    sent(browser, slot, signed_out)
    browser.post("/login", {**GOOD, "email": "bob@example.org"})
    assert browser.get("/resume").status_code == 404


def test_it_waits_for_an_hour(browser: Browser, slot: Slot, signed_out: dict[str, str]) -> None:
    sent(browser, slot, signed_out)
    with frozen(clock.now() + timedelta(minutes=61)):
        browser.post("/login", GOOD)
        assert browser.get("/resume").status_code == 404


def test_nothing_is_kept_of_strangers_or_of_forms_that_are_not_ours(
    app: Flask, browser: Browser, run: Run, slot: Slot, signed_out: dict[str, str]
) -> None:
    path = f"/slots/{slot.id}/book"
    Browser(app).client.post(path, data=signed_out)
    browser.client.post(path, data={"reason": "without a token"})
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert run(KeptForm.count()) == 0
    browser.post("/login", GOOD)
    browser.client.post(path, data={**signed_out, "csrf_token": "x"}, headers=foreign)
    assert run(KeptForm.count()) == 0


def test_passwords_are_not_kept(browser: Browser, run: Run, ann: User, house: House) -> None:
    browser.post("/login", GOOD)
    token = hidden(browser.get("/account/password"))["csrf_token"]
    run(sign_out_everywhere(ann.id))
    secret = {"csrf_token": token, "current_password": PASSWORD, "password": "hunter22 again"}
    browser.client.post("/account/password", data=secret)
    browser.post("/login", GOOD)
    page = browser.get("/resume").text
    assert 'name="current_password"' in page
    assert "hunter22" not in page
