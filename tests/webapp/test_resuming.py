"""A session that ends in the middle of something: back to it, with what was typed."""

import asyncio
from datetime import timedelta

import pytest
from flask import Flask

from domain import clock
from domain.actions.recovery import ask_for_reset
from domain.actions.sessions import sign_out_everywhere
from domain.documents import Appointment, KeptForm, Slot, User
from domain.kept_forms import keep, kept
from domain.links import reset_token
from tests.conftest import Run
from tests.domain.conftest import House, frozen
from tests.support.people import member
from tests.webapp.browsing import HTMX, Browser, hidden, message, only

UNATTENDED = {"X-Unattended": "1"}
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


@pytest.mark.parametrize(
    "asking",
    [{**HTMX, **UNATTENDED}, HTMX, {}],
    ids=["by itself", "for a fragment", "for a page"],
)
@pytest.mark.parametrize("path", ["/slots/{}", "/appointments"])
def test_an_open_page_that_looks_for_news_first_takes_nothing_of_it_away(
    browser: Browser,
    slot: Slot,
    signed_out: dict[str, str],
    asking: dict[str, str],
    path: str,
) -> None:
    for _ in range(2):
        assert "Ann" not in browser.get(path.format(slot.id), headers=asking).text
    sent(browser, slot, signed_out)
    assert browser.post("/login", GOOD).headers["Location"] == "/resume"
    assert "My “knee” &amp; I" in browser.get("/resume").text


def test_a_page_that_asks_by_itself_is_told_that_its_session_has_ended(
    browser: Browser, signed_out: dict[str, str]
) -> None:
    answer = browser.get("/appointments", headers={**HTMX, **UNATTENDED})
    assert (answer.status_code, answer.data) == (401, b"")
    assert answer.headers["HX-Reswap"] == "none"
    # One that comes late must not undo what another window has signed in meanwhile.
    assert "Set-Cookie" not in answer.headers


def test_what_was_to_be_said_in_a_session_ends_with_it(
    browser: Browser, slot: Slot, signed_out: dict[str, str]
) -> None:
    with browser.client.session_transaction() as session:
        session["_flashes"] = [("status", "The appointment of Ann is moved.")]
    for asking in ({**HTMX, **UNATTENDED}, HTMX, {}):
        assert "The appointment" not in browser.get(f"/slots/{slot.id}", headers=asking).text


@pytest.mark.parametrize("way", ["/logout", "/logout-everywhere"])
@pytest.mark.parametrize("twice", [False, True])
def test_what_was_typed_waits_also_where_another_window_signed_out(
    browser: Browser, run: Run, ann: User, slot: Slot, way: str, twice: bool
) -> None:
    browser.post("/login", GOOD)
    fields = hidden(browser.get(f"/slots/{slot.id}"))
    browser.client.post(way, data=fields)
    if twice:  # in a third window, which shows the same button
        browser.client.post("/logout", data=fields)
    assert browser.get("/account").status_code == 303
    sent(browser, slot, {**fields, "reason": REASON})
    assert browser.post("/login", GOOD).headers["Location"] == "/resume"
    assert "My “knee” &amp; I" in browser.get("/resume").text


@pytest.mark.parametrize("way", ["/logout", "/logout-everywhere"])
def test_what_a_browser_keeps_of_a_session_it_signed_out_of_opens_nothing(
    browser: Browser, ann: User, way: str
) -> None:
    browser.post("/login", GOOD)
    assert browser.post(way).status_code == 303
    assert not opens_again(browser)


def test_a_link_to_a_new_password_ends_the_session_of_whoever_is_signed_in_there(
    browser: Browser, house: House, ann: User
) -> None:
    browser.post("/login", GOOD)
    house.run(member(email="bob@example.org", password=PASSWORD, name="Bob"))
    house.run(ask_for_reset("bob@example.org"))
    [event] = house.recorded("password.reset_requested")
    fields = {"password": "another long one"}
    assert browser.post(f"/reset/{reset_token(event.nonce)}", fields).status_code == 303
    assert house.now(ann).sessions == []
    assert not opens_again(browser)


def opens_again(browser: Browser) -> bool:
    """Tell whether what a browser keeps of the session that it left still lets somebody in."""
    with browser.client.session_transaction() as session:
        session["uid"], session["sid"] = session["left"]
    return browser.get("/account").status_code == 200


def test_nothing_waits_for_somebody_who_is_erased(
    browser: Browser, run: Run, ann: User, slot: Slot
) -> None:
    browser.post("/login", GOOD)
    fields = hidden(browser.get(f"/slots/{slot.id}"))
    assert browser.post("/account/erase", {"password": PASSWORD}).status_code == 303
    sent(browser, slot, {**fields, "reason": REASON})
    assert run(KeptForm.count()) == 0


def test_a_form_waits_however_long_its_page_was_open(
    browser: Browser, slot: Slot, signed_out: dict[str, str]
) -> None:
    with frozen(clock.now() + timedelta(hours=20)):
        sent(browser, slot, signed_out)
        browser.post("/login", GOOD)
        assert "My “knee” &amp; I" in browser.get("/resume").text


def test_what_waits_cannot_be_read_in_the_database_or_the_cookie_alone(
    browser: Browser, run: Run, slot: Slot, signed_out: dict[str, str]
) -> None:
    sent(browser, slot, signed_out)
    [stored] = run(KeptForm.find({}).to_list())
    assert "knee" not in stored.sealed
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


def test_it_waits_for_an_hour_and_then_one_goes_on_where_one_wanted_to(
    browser: Browser, slot: Slot, signed_out: dict[str, str]
) -> None:
    way = sent(browser, slot, signed_out, htmx=True)
    with frozen(clock.now() + timedelta(minutes=61)):
        browser.post("/login", {**GOOD, **hidden(browser.get(way))})
        answer = browser.get("/resume")
        assert (answer.status_code, answer.location) == (303, f"/slots/{slot.id}")
        assert "was kept for an hour" in message(browser.get(answer.location))
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


def test_an_ended_session_leaves_one_form_behind_the_newest(
    app: Flask, browser: Browser, run: Run, slot: Slot, signed_out: dict[str, str]
) -> None:
    stale = browser.client.get_cookie("bookwell")
    assert stale is not None
    others = [Browser(app) for _ in range(3)]
    for number, other in enumerate(others):
        other.client.set_cookie("bookwell", stale.value)
        sent(other, slot, {**signed_out, "reason": f"reason {number}"})
    assert run(KeptForm.count()) == 1
    for other in (others[2], others[0]):  # whichever answer the browser read last
        other.post("/login", GOOD)
        assert "reason 2" in other.get("/resume").text


def test_windows_that_send_at_the_same_time_leave_one_form_too(run: Run, house: House) -> None:
    async def at_once() -> list[tuple[str, str] | None]:
        return await asyncio.gather(*(keep(f"text {number}", "ann") for number in range(20)))

    answers = run(at_once())
    assert run(KeptForm.count()) == len(set(answers)) == 1
    assert answers[0] is not None
    assert str(run(kept(*answers[0]))).startswith("text ")


def test_what_no_page_of_ours_sends_is_not_kept(
    browser: Browser, run: Run, slot: Slot, signed_out: dict[str, str]
) -> None:
    sent(browser, slot, {**signed_out, "reason": "é" * 17_000})
    assert run(KeptForm.count()) == 0
    answer = browser.post("/login", GOOD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


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
