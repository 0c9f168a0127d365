"""A code besides the password."""

import re
from datetime import timedelta
from functools import partial

import pyotp
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from domain import clock, links
from domain.actions.accounts import add_person
from domain.actions.own_account import change_password
from domain.actions.recovery import ask_for_reset, reset_password
from domain.actions.second_factor import take_away_second_factor
from domain.documents import Role, User
from domain.errors import NotFound
from domain.totp import new_recovery_codes
from listeners.trace import Trace
from tests.conftest import Run
from tests.domain.commands import interrupted
from tests.domain.conftest import House, frozen, refused
from tests.webapp.browsing import Browser, hidden, message
from webapp import WebConfig, create_app

ADDRESS, PASSWORD = "ann@example.org", "a long password"
GOOD = {"email": ADDRESS, "password": PASSWORD}
PAGE = "/account/second-factor"


@pytest.fixture
def ann(run: Run) -> User:
    return run(add_person(role=Role.RECEPTIONIST, email=ADDRESS, password=PASSWORD, name="Ann"))


def secret_on(page: TestResponse) -> str:
    """Return the secret that the page shows, in groups of four."""
    return "".join(re.findall(r"<span>([A-Z2-7]{4})</span>", page.text))


def added(browser: Browser) -> tuple[str, list[str]]:
    """Add a second factor as a person does; return its secret and the recovery codes."""
    browser.post("/login", GOOD)
    page = browser.get(PAGE)
    secret = secret_on(page)
    fields = {
        "offered": hidden(page)["offered"],
        "code": pyotp.TOTP(secret).at(clock.now()),
        "current_password": PASSWORD,
    }
    answer = browser.post(PAGE, fields)
    assert answer.status_code == 200, answer.text
    return secret, re.findall(r"<code>([a-z2-7-]+)</code>", answer.text)


def half_in(app: Flask) -> Browser:
    """Return a browser in which the password was right."""
    browser = Browser(app)
    answer = browser.post("/login", {**GOOD, "next": "/desk"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login/code")
    return browser


def test_recovery_codes_on_paper_say_whose_they_are(app: Flask, ann: User) -> None:
    browser = Browser(app)
    browser.post("/login", GOOD)
    page = browser.get(PAGE)
    fields = {"offered": hidden(page)["offered"], "current_password": PASSWORD}
    code = pyotp.TOTP(secret_on(page)).at(clock.now())
    answer = browser.post(PAGE, {**fields, "code": code})
    [paper] = re.findall(r'<p class="only-print">(For signing in as .*)</p>', answer.text)
    assert f'as {ann.name}, <bdi dir="ltr">{ann.email}</bdi>.' in paper


def test_a_code_is_asked_with_a_way_back_and_without_another_account(app: Flask, ann: User) -> None:
    added(Browser(app))
    page = half_in(app).get("/login/code").text
    assert "<h1>Sign in: your code</h1>" in page
    assert 'href="/login"' in page
    assert 'href="/register"' not in page


def test_the_password_alone_does_not_open_the_account(app: Flask, ann: User) -> None:
    added(Browser(app))
    thief = half_in(app)
    assert thief.get("/desk").status_code == 303
    assert thief.get("/account").status_code == 303


def test_the_code_does_and_leads_where_one_wanted_to_go(app: Flask, ann: User) -> None:
    secret, _ = added(Browser(app))
    browser, later_on = half_in(app), clock.now() + timedelta(minutes=1)
    with frozen(later_on):
        answer = browser.post("/login/code", {"code": pyotp.TOTP(secret).at(later_on)})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/desk")
        assert browser.get("/desk").status_code == 200


def test_a_code_works_once(app: Flask, ann: User) -> None:
    secret, _ = added(Browser(app))
    later_on = clock.now() + timedelta(minutes=1)
    code = pyotp.TOTP(secret).at(later_on)
    with frozen(later_on):
        statuses = [half_in(app).post("/login/code", {"code": code}).status_code for _ in range(2)]
    assert statuses == [303, 422]


def test_recovery_codes_hold_120_bits() -> None:
    codes = new_recovery_codes()
    assert {len(code.replace("-", "")) * 5 for code in codes} == {120}
    assert len(set(codes)) == 10


def test_recovery_codes_are_counted_as_a_language_does(browser: Browser, ann: User) -> None:
    _, codes = added(browser)
    ten = {"en": "10 recovery codes are", "de": "Es sind noch 10 ", "ar": "بقيت 10 رموز"}
    assert_said(browser, {**ten, "fr": "10 codes de", "es": "Quedan 10 códigos"})
    for code in codes[1:]:
        browser.post("/logout")
        browser.post("/login", GOOD)
        browser.post("/login/code", {"code": code})
    one = {"en": "1 recovery code is", "de": "Es ist noch 1 ", "ar": "بقي رمز استرداد واحد"}
    assert_said(browser, {**one, "fr": "1 code de", "es": "Queda 1 código "})


def assert_said(browser: Browser, words: dict[str, str]) -> None:
    for language, expected in words.items():
        assert expected in browser.get(PAGE, headers={"Accept-Language": language}).text


def test_each_recovery_code_works_once(app: Flask, house: House, ann: User) -> None:
    _, codes = added(Browser(app))
    assert len(set(codes)) == 10
    for typed, status in ((codes[0], 303), (codes[0], 422), (codes[1].upper(), 303)):
        assert half_in(app).post("/login/code", {"code": typed}).status_code == status
    assert half_in(app).post("/login/code", {"code": codes[2].replace("-", " ")}).status_code == 303
    stored = house.now(ann).second_factor
    assert len(stored.recovery) == 7
    assert not set(codes) & set(stored.recovery)


def test_the_secret_is_stored_encrypted(app: Flask, ann: User, run: Run) -> None:
    secret, codes = added(Browser(app))
    stored = run(_raw(ann))
    assert secret not in repr(stored)
    assert not any(code in repr(stored) for code in codes)
    assert str(run(User.get(ann.id)).second_factor.secret) == secret


async def _raw(person: User) -> object:
    return await User.get_motor_collection().find_one({"_id": person.id})


def test_codes_are_not_guessed_without_end(app: Flask, ann: User) -> None:
    added(Browser(app))
    browser = half_in(app)
    statuses = [browser.post("/login/code", {"code": f"{n:06}"}).status_code for n in range(8)]
    assert statuses == [422] * 5 + [429] * 3


@pytest.mark.parametrize(
    "code", ["", "12345", "abcdef", "\u0661\u0662\u0663\u0664\u0665\u0666", "\x00", "é" * 500]
)
def test_what_is_no_code_is_refused(app: Flask, ann: User, code: str) -> None:
    added(Browser(app))
    assert half_in(app).post("/login/code", {"code": code}).status_code == 422


def test_half_way_in_lasts_five_minutes_and_then_begins_anew_on_the_same_way(
    app: Flask, ann: User
) -> None:
    secret, _ = added(Browser(app))
    browser, later_on = half_in(app), clock.now() + timedelta(minutes=6)
    with frozen(later_on):
        sent = {"code": pyotp.TOTP(secret).at(later_on)}
        for answer in (browser.get("/login/code"), browser.post("/login/code", sent)):
            assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/desk")
        assert "Please sign in first" in message(browser.get("/login"))
        assert browser.get("/desk").status_code == 303


def test_a_wrong_first_code_or_password_adds_nothing(
    browser: Browser, house: House, ann: User
) -> None:
    browser.post("/login", GOOD)
    page = browser.get(PAGE)
    secret = secret_on(page)
    right = {
        "offered": hidden(page)["offered"],
        "code": pyotp.TOTP(secret).at(clock.now()),
        "current_password": PASSWORD,
    }
    for wrong in ({"code": "000000"}, {"current_password": "not it"}, {"code": ""}):
        answer = browser.post(PAGE, {**right, **wrong})
        assert answer.status_code == 422
        assert secret_on(answer) == secret
    assert browser.post(PAGE, {**right, "offered": "forged"}).status_code == 303
    assert house.now(ann).second_factor is None
    assert house.recorded("second_factor.added") == []


def test_it_is_removed_with_the_password(browser: Browser, house: House, ann: User) -> None:
    added(browser)
    assert browser.post(f"{PAGE}/remove", {"current_password": "not it"}).status_code == 422
    assert browser.post(f"{PAGE}/remove", {"current_password": PASSWORD}).status_code == 303
    assert house.now(ann).second_factor is None
    assert [event.kind for event in house.recorded("second_factor.removed")] == [
        "second_factor.removed"
    ]


def test_a_page_that_was_open_while_it_was_removed_leads_to_adding_it(
    browser: Browser, ann: User
) -> None:
    added(browser)
    browser.post(f"{PAGE}/remove", {"current_password": PASSWORD})
    for typed in ("not it", PASSWORD, ""):
        answer = browser.post(f"{PAGE}/remove", {"current_password": typed})
        assert (answer.status_code, answer.headers.get("Location")) == (303, PAGE)
    assert "Scan this" in browser.get(PAGE).text


def test_a_new_password_does_not_remove_it(app: Flask, house: House, ann: User) -> None:
    added(Browser(app))
    house.run(ask_for_reset(ADDRESS))
    [event] = house.recorded("password.reset_requested")
    house.run(reset_password(links.reset_token(event.nonce), "another long one"))
    assert house.now(ann).second_factor is not None
    answer = Browser(app).post("/login", {**GOOD, "password": "another long one"})
    assert answer.headers["Location"] == "/login/code"


def test_a_password_that_is_replaced_while_it_is_proved_opens_nothing_with_a_code_either(
    app: Flask, house: House, ann: User
) -> None:
    _, codes = added(Browser(app))
    house.run(ask_for_reset(ADDRESS))
    [event] = house.recorded("password.reset_requested")
    reset = partial(reset_password, links.reset_token(event.nonce), "another long one")
    with interrupted(lambda: house.run(reset()), after=1, of="users"):
        thief = half_in(app)
    answer = thief.post("/login/code", {"code": codes[0]})
    assert (answer.status_code, house.now(ann).sessions) == (422, [])
    assert "Please sign in again" in answer.text
    assert len(house.now(ann).second_factor.recovery) == 10


def test_a_code_finishes_what_a_changed_password_began(app: Flask, house: House, ann: User) -> None:
    _, codes = added(Browser(app))
    house.run(change_password(house.now(ann), PASSWORD, "another long one"))
    browser = Browser(app)
    browser.post("/login", {**GOOD, "password": "another long one"})
    assert browser.post("/login/code", {"code": codes[0]}).status_code == 303


def test_the_picture_keeps_to_the_policy(browser: Browser, ann: User) -> None:
    browser.post("/login", GOOD)
    page = browser.get(PAGE)
    assert 'src="data:image/svg+xml' in page.text
    assert "img-src 'self' data:" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"


def test_without_one_signing_in_is_as_it_was(browser: Browser, ann: User) -> None:
    assert browser.post("/login", GOOD).headers["Location"] == "/desk"
    assert "Welcome, Ann." in message(browser.get("/desk"))


def test_nobody_is_asked_for_a_code_who_proved_no_password(browser: Browser, ann: User) -> None:
    for answer in (browser.get("/login/code"), browser.post("/login/code", {"code": "123456"})):
        assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
        assert browser.get("/account").status_code == 303
    assert "Please sign in first" in message(browser.get("/login"))


def test_where_it_is_required_staff_do_nothing_else_before(
    run: Run, house: House, ann: User
) -> None:
    config = WebConfig(secret_key="tests", second_factor_required=True, testing=True)
    app = create_app(config, run, Trace())
    browser = Browser(app)
    browser.post("/login", GOOD)
    for path in ("/desk", "/account", "/appointments/0123456789abcdef01234567"):
        assert browser.get(path).headers["Location"] == PAGE
    assert browser.post("/desk/cancel", {}).headers["Location"] == PAGE
    added(browser)
    assert browser.get("/desk").status_code == 200
    patient = house.person()
    assert Browser(app).as_person(patient, run).get("/appointments").status_code == 200


def test_the_operator_takes_it_from_whoever_has_lost_everything(
    browser: Browser, house: House, ann: User
) -> None:
    added(browser)
    house.run(take_away_second_factor(ADDRESS))
    assert house.now(ann).second_factor is None
    [event] = house.recorded("second_factor.removed")
    assert (event.actor.role, event.email) == ("operator", ADDRESS)
    with refused(house, NotFound):
        house.run(take_away_second_factor(ADDRESS))
