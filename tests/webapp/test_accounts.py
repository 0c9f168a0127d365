"""Registering, signing in and out."""

import pytest
from flask import Flask

from domain.actions.accounts import add_person
from domain.documents import Role, User
from tests.conftest import Run
from tests.support.people import member
from tests.webapp.browsing import SITES, Browser, message, only
from tests.webapp.test_addresses import HOSTILE

ADDRESS, PASSWORD = "ann@example.org", "a long password"
GOOD = {"email": ADDRESS, "password": PASSWORD}


@pytest.fixture
def ann(run: Run) -> User:
    return run(member(email=ADDRESS, password=PASSWORD, name="Ann"))


def test_a_patient_registers_and_is_signed_in(browser: Browser, run: Run) -> None:
    answer = browser.post("/register", {**GOOD, "name": "Ann", "phone": "030 1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "Ann" in message(browser.get("/"))
    assert browser.get("/appointments").status_code == 200
    assert run(only(User)).role is Role.PATIENT


def test_registering_needs_each_field_and_keeps_what_was_typed(browser: Browser, run: Run) -> None:
    fields = {"email": "no address", "password": "short", "name": "Ann <b>"}
    answer = browser.post("/register", fields)
    assert answer.status_code == 422
    assert 'value="Ann &lt;b&gt;"' in answer.text
    assert 'value="no address"' in answer.text
    assert 'id="email-error"' in answer.text
    assert "short" not in answer.text.replace("short notice", "")
    assert run(User.count()) == 0


def test_a_short_password_is_refused_beside_its_field(browser: Browser, run: Run) -> None:
    answer = browser.post("/register", {"email": ADDRESS, "password": "short", "name": "Ann"})
    assert answer.status_code == 422
    assert 'id="password-error"' in answer.text
    assert run(User.count()) == 0


def test_nobody_registers_as_staff(browser: Browser, run: Run) -> None:
    browser.post("/register", {**GOOD, "name": "Ann", "role": "admin"})
    assert run(only(User)).role is Role.PATIENT


def test_a_wrong_password_says_only_that_something_is_wrong(browser: Browser, ann: User) -> None:
    wrong = browser.post("/login", {**GOOD, "password": "not it"})
    unknown = browser.post("/login", {**GOOD, "email": "nobody@example.org"})
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    sentence = "The e-mail address or the password is not right."
    assert sentence in wrong.text
    assert sentence in unknown.text
    assert "not it" not in wrong.text


@pytest.mark.parametrize(
    ("role", "first_page"),
    [(Role.DOCTOR, "/calendar"), (Role.RECEPTIONIST, "/desk"), (Role.ADMIN, "/desk")],
)
def test_staff_start_at_their_own_page(
    browser: Browser, run: Run, role: Role, first_page: str
) -> None:
    run(add_person(role=role, email=ADDRESS, password=PASSWORD, name="Ann"))
    assert browser.post("/login", GOOD).headers["Location"] == first_page


def test_signing_in_leads_back_to_where_one_was(browser: Browser, ann: User) -> None:
    sent = browser.get("/appointments?x=1").headers["Location"]
    assert sent == "/login?next=/appointments?x%3D1"
    assert 'name="next" type="hidden" value="/appointments?x=1"' in browser.get(sent).text
    answer = browser.post("/login", {**GOOD, "next": "/appointments?x=1"})
    assert answer.headers["Location"] == "/appointments?x=1"


@pytest.mark.parametrize("address", [address for address in HOSTILE if address])
def test_no_address_leads_off_the_site(browser: Browser, ann: User, address: str) -> None:
    shown = browser.client.get("/login", query_string={"next": address})
    assert 'name="next" type="hidden" value=""' in shown.text
    assert browser.post("/login", {**GOOD, "next": address}).headers["Location"] == "/"


def test_a_planted_session_does_not_survive_signing_in(browser: Browser, ann: User) -> None:
    with browser.client.session_transaction() as session:
        session["planted"] = "yes"
    before = browser.token()
    browser.post("/login", GOOD)
    with browser.client.session_transaction() as session:
        assert "planted" not in session
        assert session["uid"] == str(ann.id)
    assert browser.client.post("/logout", data={"csrf_token": before}).status_code == 400


def test_a_copied_cookie_is_dead_after_signing_out(app: Flask, browser: Browser, ann: User) -> None:
    browser.post("/login", GOOD)
    with browser.client.session_transaction() as session:
        copied = dict(session)
    assert browser.post("/logout").status_code == 303
    thief = Browser(app)
    with thief.client.session_transaction() as session:
        session.update(copied)
    assert thief.get("/appointments").status_code == 303


def test_a_forged_session_is_nobody(browser: Browser, ann: User) -> None:
    for forged in ({"uid": str(ann.id), "sid": "guess"}, {"uid": {"$ne": None}, "sid": "x"}):
        with browser.client.session_transaction() as session:
            session.update(forged)
        assert browser.get("/appointments").status_code == 303
    assert browser.post("/login", GOOD).status_code == 303


@pytest.mark.parametrize("site", SITES)
def test_htmx_is_led_to_signing_in(browser: Browser, site: str) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": f"{site}/doctors/1?date=2026-12-01"}
    answer = browser.get("/appointments", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"].startswith("/login?next=/doctors/1?date")


@pytest.mark.parametrize("name", ["Referer", "HX-Current-URL"])
@pytest.mark.parametrize("sender", ["http://[", "http://[::1", "http://\uff0f"])
def test_a_sender_without_an_address_is_led_to_signing_in(
    browser: Browser, name: str, sender: str
) -> None:
    answer = browser.post("/account/particulars", headers={name: sender})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
