"""Those who guess are told to wait, however they pretend to come from elsewhere."""

import re

import pytest
from flask import Flask

from domain import security
from domain.documents import User
from domain.security import Security
from listeners.trace import Trace
from tests.conftest import Run
from tests.support.people import member
from tests.support.racing import rounds
from tests.webapp.browsing import Browser
from webapp import WebConfig, create_app

ADDRESS, PASSWORD = "ann@example.org", "a long password"
GOOD = {"email": ADDRESS, "password": PASSWORD}
WRONG = {**GOOD, "password": "not it at all"}


@pytest.fixture
def ann(run: Run) -> User:
    return run(member(email=ADDRESS, password=PASSWORD, name="Ann"))


@pytest.fixture
def behind_proxy(run: Run) -> Flask:
    """The application behind one proxy that may be believed."""
    return create_app(WebConfig(secret_key="tests", trusted_proxies=1, testing=True), run, Trace())


def some(short: int) -> int:
    """Let so many tries from one address cost nothing, as many as are shipped at full strength."""
    tries = rounds(Security().address_tries, short)
    security.configure(Security(address_tries=tries))
    return tries


def guessed(browser: Browser, forwarded: str | None = None, **fields: str) -> int:
    """Return the status that a wrong password gets."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return browser.post("/login", {**WRONG, **fields}, headers=headers).status_code


def test_who_guesses_is_told_how_long_to_wait(browser: Browser, ann: User) -> None:
    statuses = [guessed(browser) for _ in range(100)]
    print({status: statuses.count(status) for status in set(statuses)})
    assert statuses == [422] * 5 + [429] * 95
    answer = browser.post("/login", WRONG)
    assert 0 < int(answer.headers["Retry-After"]) <= 30
    assert 'value="ann@example.org"' in answer.text
    assert "There were too many tries" in answer.text


def test_the_page_is_the_same_for_an_address_that_nobody_has(browser: Browser, ann: User) -> None:
    pages = [
        [browser.post("/login", {**WRONG, "email": email}).text for _ in range(7)]
        for email in (ADDRESS, "nobody@example.org")
    ]
    known, unknown = (
        [page.replace(email, "").partition("<main")[2] for page in shown]
        for email, shown in zip((ADDRESS, "nobody@example.org"), pages, strict=True)
    )
    assert [_words(page) for page in known] == [_words(page) for page in unknown]


@pytest.mark.probe
def test_a_forged_origin_helps_nobody(app: Flask, ann: User) -> None:
    few = some(6)
    statuses = [
        guessed(Browser(app), f"203.0.113.{number}", email=f"x{number}@example.org")
        for number in range(few + 10)
    ]
    print({status: statuses.count(status) for status in set(statuses)})
    assert statuses == [422] * few + [429] * 10


@pytest.mark.probe
def test_behind_a_proxy_only_what_the_proxy_says_counts(behind_proxy: Flask) -> None:
    few = some(4)

    def many(forwarded: str) -> list[int]:
        return [
            guessed(
                Browser(behind_proxy),
                forwarded.format(number=number),
                email=f"{number}{len(forwarded)}@example.org",
            )
            for number in range(few + 2)
        ]

    assert many("203.0.113.{number}, 198.51.100.7") == [422] * few + [429] * 2
    assert many("192.0.2.{number}") == [422] * (few + 2)


def test_the_owner_gets_in_from_a_browser_that_was_signed_in_before(
    app: Flask, browser: Browser, ann: User
) -> None:
    browser.post("/login", GOOD)
    browser.post("/logout")
    thief = Browser(app)
    while guessed(thief) == 422:
        pass
    assert Browser(app).post("/login", GOOD).status_code == 429
    assert browser.post("/login", GOOD).status_code == 303


def test_a_forged_mark_of_a_known_browser_helps_nobody(app: Flask, ann: User) -> None:
    thief = Browser(app)
    while guessed(thief) == 422:
        pass
    for forged in ("", "x.y", f'["{ann.id}","mark"].sig', "W10.x"):
        thief.client.set_cookie("bookwell-known", forged)
        assert thief.post("/login", GOOD).status_code == 429


def _words(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)
