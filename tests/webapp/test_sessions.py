"""Where one is signed in, on one's own page; and cookies that somebody copied."""

import re

import pytest
from flask import Flask

from domain.documents import User
from tests.conftest import Run
from tests.support.people import member
from tests.webapp.browsing import Browser, attributes
from tests.webapp.conftest import SignIn

ADDRESS, PASSWORD = "ann@example.org", "a long password"
GOOD = {"email": ADDRESS, "password": PASSWORD}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def ann(run: Run) -> User:
    return run(member(email=ADDRESS, password=PASSWORD, name="Ann"))


def at(app: Flask, agent: str) -> Browser:
    """Return a browser that calls itself so, with Ann signed in."""
    browser = Browser(app)
    assert browser.post("/login", GOOD, headers={"User-Agent": agent}).status_code == 303
    return browser


def copied(app: Flask, browser: Browser) -> Browser:
    """Return a thief's browser with a copy of the cookie."""
    thief = Browser(app)
    with browser.client.session_transaction() as session:
        taken = dict(session)
    with thief.client.session_transaction() as session:
        session.update(taken)
    assert thief.get("/account").status_code == 200
    return thief


def test_one_sees_where_one_is_signed_in_and_ends_it(app: Flask, ann: User) -> None:
    here, lost = at(app, FIREFOX), at(app, PHONE)
    page = here.get("/account")
    assert "Firefox, Linux" in page.text
    assert "Safari, iPhone" in page.text
    [end] = [path for path in attributes(page, "action") if path.endswith("/end")]
    assert here.post(end).status_code == 303
    assert lost.get("/account").status_code == 303
    assert "Safari, iPhone" not in here.get("/account").text


def test_one_signs_out_everywhere(app: Flask, ann: User) -> None:
    here, there = at(app, FIREFOX), at(app, PHONE)
    answer = here.post("/logout-everywhere")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert (here.get("/account").status_code, there.get("/account").status_code) == (303, 303)


@pytest.mark.parametrize("way", ["/logout", "/logout-everywhere"])
def test_a_copied_cookie_dies_with_the_session(app: Flask, ann: User, way: str) -> None:
    here = at(app, FIREFOX)
    thief = copied(app, here)
    here.post(way)
    assert thief.get("/account").status_code == 303


def test_nobody_ends_what_is_not_theirs(
    app: Flask, ann: User, signed_in: SignIn, patient: User
) -> None:
    here = at(app, FIREFOX)
    [handle] = re.findall(r"/account/sessions/(\w+)/end", copied_list(app, here))
    assert signed_in(patient).post(f"/account/sessions/{handle}/end").status_code == 404
    assert here.get("/account").status_code == 200


def copied_list(app: Flask, browser: Browser) -> str:
    """Return the list as another browser of the same person sees it."""
    return at(app, PHONE).get("/account").text
