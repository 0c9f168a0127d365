"""Registering on the pages: nothing there tells whether an address has an account."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask

from domain import clock, links
from domain.documents import EventRecord, User
from domain.events import EmailConfirmationRequested, from_record
from tests.conftest import Run
from tests.support.people import member
from tests.webapp.browsing import Browser, message

KNOWN, UNKNOWN = "ann@example.org", "nob@example.org"
PASSWORD, OTHER = "a long password", "quite another one"


@pytest.fixture
def ann(run: Run) -> User:
    return run(member(email=KNOWN, password=OTHER, name="Ann of Old", phone="030 1"))


def registered(browser: Browser, email: str) -> Any:
    return browser.post("/register", {"email": email, "password": PASSWORD, "name": "Ann"})


def alike(answer: Any) -> tuple[object, ...]:
    """Return what an answer shows, less what is random and the address that was typed."""
    text = answer.get_data(as_text=True)
    for random in (r'name="csrf_token" value="[^"]+"', r'value="[0-9a-f]{24}"', r"[0-9a-f]{24}"):
        text = re.sub(random, "", text)
    names = sorted(one.split("=")[0] for one in answer.headers.getlist("Set-Cookie"))
    return answer.status_code, answer.headers.get("Location"), names, text.replace(UNKNOWN, KNOWN)


STEPS: list[Callable[[Browser, str], Any]] = [
    registered,
    lambda browser, _: browser.get("/"),
    lambda browser, _: browser.get("/account"),
    lambda browser, _: browser.get("/appointments"),
    lambda browser, _: browser.post("/account/confirmation"),
    lambda browser, _: browser.get("/account"),
    lambda browser, _: browser.post("/logout"),
    lambda browser, email: browser.post("/login", {"email": email, "password": "not it at all"}),
    lambda browser, email: browser.post("/login", {"email": email, "password": PASSWORD}),
    registered,
    lambda browser, email: browser.post("/forgot", {"email": email}),
]


def test_nothing_tells_whether_an_address_has_an_account(app: Flask, run: Run, ann: User) -> None:
    known, unknown = Browser(app), Browser(app)
    with time_machine.travel(clock.now(), tick=False):  # both see the same minute
        for step in STEPS:
            assert alike(step(known, KNOWN)) == alike(step(unknown, UNKNOWN))
    for email in (KNOWN, UNKNOWN):
        assert (
            Browser(app).post("/login", {"email": email, "password": PASSWORD}).status_code == 422
        )


def test_who_registers_with_somebodys_address_sees_nothing_of_theirs(
    browser: Browser, ann: User
) -> None:
    assert registered(browser, KNOWN).status_code == 303
    for path in ("/", "/account", "/appointments", "/account/data.json"):
        page = browser.get(path).text
        assert "Ann of Old" not in page
        assert "030 1" not in page


def path_in_mail(run: Run) -> str:
    [record] = run(EventRecord.find({"kind": "email.confirmation_requested"}).to_list())
    event = from_record(record)
    assert isinstance(event, EmailConfirmationRequested)
    return f"/confirm/{links.confirm_token(event.person_id, event.nonce, event.email)}"


def test_who_asks_for_the_link_too_often_is_told_on_the_account_how_long_to_wait(
    browser: Browser,
) -> None:
    registered(browser, UNKNOWN)
    first, *_, last = (browser.post("/account/confirmation") for _ in range(6))
    assert (first.status_code, last.status_code) == (303, 429)
    assert 0 < int(last.headers["Retry-After"]) <= 30
    assert "Please wait a minute" in message(last)
    assert "Send me the link again" in last.text
    assert '<option selected value="">The language of this device' in last.text


def test_the_link_in_the_mail_confirms_with_one_button(browser: Browser, run: Run) -> None:
    registered(browser, UNKNOWN)
    path = path_in_mail(run)
    for _ in range(3):  # whoever only looks, such as a mail scanner, changes nothing
        page = browser.get(path)
        assert page.status_code == 200
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "password" not in page.text
    assert "not confirmed" in browser.get("/account").text
    assert browser.post(path).headers["Location"] == "/account"
    assert "not confirmed" not in browser.get("/account").text
    assert browser.get(path).status_code == 404


def test_in_another_browser_the_link_asks_for_the_password_and_signs_in(
    app: Flask, browser: Browser, run: Run
) -> None:
    registered(browser, UNKNOWN)
    path, other = path_in_mail(run), Browser(app)
    refusal = other.post(path, {"password": "not it at all"})
    assert refusal.status_code == 422
    assert 'id="password-error"' in refusal.text
    assert other.post(path, {"password": PASSWORD}).status_code == 303
    assert other.get("/appointments").status_code == 200


def test_what_was_booked_goes_into_the_account_there_was(
    browser: Browser, run: Run, ann: User
) -> None:
    registered(browser, KNOWN)
    assert browser.post(path_in_mail(run)).headers["Location"] == "/login"
    assert "in your account now" in message(browser.get("/login"))
    assert browser.post("/login", {"email": KNOWN, "password": OTHER}).status_code == 303


def test_an_ended_confirmation_leads_to_another_one(app: Flask) -> None:
    newcomer = Browser(app)
    assert registered(newcomer, UNKNOWN).status_code == 303
    ended = "/confirm/of-yesterday"
    assert 'action="/account/confirmation" method="post"' in newcomer.get(ended).text
    elsewhere = Browser(app).get(ended).text
    assert "/account/confirmation" not in elsewhere
    assert re.search(r"confirms the address, too.*href=\"/forgot\"", elsewhere, re.S)
