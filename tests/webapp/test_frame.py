"""What stands around every page is made once for many; tokens and names are each reader's own."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from domain import clock
from domain.actions.own_account import introduce
from domain.documents import Role, User
from tests.conftest import Run
from tests.domain.conftest import House
from tests.webapp.browsing import HTMX, Browser
from tests.webapp.conftest import SignIn
from webapp import form_tokens

TOKENS = re.compile(r'name="csrf_token" value="([^"]*)"')


def tokens(page: TestResponse) -> set[str]:
    """Return the tokens of all forms of an answer, none of which may be the mark of one."""
    assert form_tokens.MARK not in page.text
    return set(TOKENS.findall(page.text))


@pytest.mark.parametrize(
    "path", ["/", "/desk", "/account", "/nowhere", "/people", "/manage/unknown", "/desk?date=x"]
)
def test_all_forms_of_an_answer_have_the_one_token_of_its_session(desk: Browser, path: str) -> None:
    [own] = tokens(desk.get("/account"))
    for headers in (None, HTMX):
        assert tokens(desk.get(path, headers=headers)) <= {own}
    assert tokens(desk.get(path)) == {own}


def test_each_session_has_a_token_of_its_own(app: Flask, signed_in: SignIn, patient: User) -> None:
    """Also two of one person, and two of nobody, who read the very same page."""
    browsers = [signed_in(patient), signed_in(patient), Browser(app), Browser(app)]
    assert len(set.union(*(tokens(one.get("/")) for one in browsers))) == 4


def test_a_token_of_an_open_page_stays_good_while_new_ones_are_signed(desk: Browser) -> None:
    now = clock.now()
    with time_machine.travel(now, tick=False):
        [first] = tokens(desk.get("/account"))
    with time_machine.travel(now + timedelta(minutes=11), tick=False):
        [second] = tokens(desk.get("/account"))
        assert second != first
        for token in (first, second):
            sent = desk.client.post("/language", data={"csrf_token": token, "language": "de"})
            assert sent.status_code == 303


def test_a_token_is_signed_within_ten_minutes_of_its_page(desk: Browser) -> None:
    """So that it stays good for nearly as long as a token may be."""
    now = clock.now()
    with time_machine.travel(now, tick=False):
        desk.get("/account")
    with time_machine.travel(now + timedelta(hours=12, seconds=1), tick=False):
        token = desk.token()
        sent = desk.client.post("/language", data={"csrf_token": token, "language": "de"})
        assert sent.status_code == 303


def header(page: TestResponse) -> str:
    [found] = re.findall(r'<header class="site-header">.*?</header>', page.text, re.S)
    return str(found)


def test_nobody_sees_the_header_of_somebody_else(
    app: Flask, house: House, signed_in: SignIn
) -> None:
    names = ["Grace Hopper", "Alan Turing"]
    people = [signed_in(house.person(name=name)) for name in names]
    for _ in range(2):
        for name, browser in zip(names, people, strict=True):
            assert [one for one in names if one in header(browser.get("/"))] == [name]
    stranger = header(Browser(app).get("/"))
    assert "Sign in" in stranger
    assert not [one for one in names if one in stranger]


def test_only_who_is_signed_in_is_told_what_happens_once_they_are_not(
    app: Flask, desk: Browser
) -> None:
    for _ in range(2):
        assert "data-signed-out" in desk.get("/").text
        assert "data-signed-out" not in Browser(app).get("/").text


def test_who_is_called_otherwise_now_reads_that_at_once(
    run: Run, patient: User, signed_in: SignIn
) -> None:
    browser = signed_in(patient)
    assert patient.name in header(browser.get("/"))
    run(introduce(patient, name="Ada King", phone=""))
    assert "Ada King" in header(browser.get("/"))


def test_the_header_says_where_one_is(house: House, signed_in: SignIn) -> None:
    office = signed_in(house.person(Role.ADMIN))
    for path in ("/desk", "/notifications", "/people", "/account"):
        links = re.findall(r'<a [^>]*href="([^"]+)" aria-current="page"', header(office.get(path)))
        assert links == [path]


def test_a_reader_in_another_language_has_all_of_the_frame_in_it(browser: Browser) -> None:
    english = browser.get("/").text
    browser.client.set_cookie("language", "fr")
    french = browser.get("/").text
    for words in ("Skip to the content", "Find a doctor", "The practice keeps", "Sign in"):
        assert words in english
        assert words not in french
