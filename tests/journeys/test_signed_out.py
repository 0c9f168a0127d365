"""Sessions that end while their pages are open: in a real browser, with what was being typed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.support.browser_form import Visitor
from tests.support.server import PASSWORD, Server
from tests.support.windows import sign_in

REASON = "My left knee hurts on stairs."
SCRIPTED = pytest.mark.parametrize("scripted", [True], indirect=True)
SEEN_AGAIN = "document.dispatchEvent(new Event('visibilitychange'))"


def signed_out_elsewhere(server: Server, email: str) -> None:
    """Sign a person out everywhere, in another browser."""
    elsewhere = Visitor(server.url).sign_in(email)
    elsewhere.get("/account")
    assert elsewhere.post("/logout-everywhere").status_code == 303
    elsewhere.close()


def sign_in_again(page: Page, email: str) -> None:
    """Sign in on the page that the browser was led to."""
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.locator("nav.site-nav")).to_have_count(1)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()


def looked(page: Page, path: str) -> int:
    """Let the page look for what is new, as when somebody comes back to it; return the status."""
    with page.expect_response(re.compile(path)) as asked:
        page.evaluate(SEEN_AGAIN)
    return asked.value.status


def typing_a_reason(visit: Visit, email: str) -> Page:
    page = visit(email)
    page.goto("/")
    page.locator("#results a[data-slot-id]").first.click()
    page.locator("main textarea").fill(REASON)
    page.wait_for_load_state()
    return page


@pytest.mark.parametrize("looks", [False, True])
def test_a_session_that_ends_while_one_types_leads_back_to_what_was_typed(
    visit: Visit, clinic_server: Server, scripted: bool, looks: bool
) -> None:
    email = f"patient{31 + 2 * looks + scripted}@example.org"
    page = typing_a_reason(visit, email)
    signed_out_elsewhere(clinic_server, email)
    if looks and scripted:
        assert looked(page, "/slots/") in (200, 304)
    page.locator("main form button[type=submit]").click()
    sign_in_again(page, email)
    expect(page.get_by_role("heading", name="Carry on where you left off")).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value(REASON)
    page.get_by_role("button", name="Send the form again").click()
    expect(page.locator(".ticket .reference")).to_be_visible()
    expect(page.locator("main")).to_contain_text(REASON)


@SCRIPTED
def test_a_page_in_which_something_is_unfinished_stays_and_says_so_once(
    visit: Visit, clinic_server: Server
) -> None:
    page = visit("desk@example.org")
    page.goto("/desk?until=2199-01-01&status=booked")
    box = page.locator("tr[data-appointment-id]").first.get_by_role("checkbox")
    box.check()
    signed_out_elsewhere(clinic_server, "desk@example.org")
    assert looked(page, "/desk/changes") == 401
    told = page.get_by_role("alert").filter(has_text="You have been signed out")
    expect(told).to_be_visible()
    told.evaluate("(message) => { message.id = 'said-once'; }")
    assert looked(page, "/desk/changes") == 401
    page.evaluate("() => new Promise((done) => setTimeout(done))")  # what hears it runs after it
    expect(page.locator("#said-once")).to_be_visible()
    page.locator("tr[data-appointment-id] th a").first.click()
    expect(told).to_be_visible()
    expect(page.locator("tr.more")).to_have_count(0)
    expect(box).to_be_checked()
    expect(page).to_have_url(re.compile("/desk"))


@SCRIPTED
def test_a_calendar_whose_session_has_ended_leaves_no_open_form_and_shows_no_patients(
    visit: Visit, clinic_server: Server
) -> None:
    page = visit("doctor@example.org")
    page.clock.install()
    page.goto("/calendar")
    page.locator("#offer").click()
    form = page.get_by_role("form", name="Offer time")
    form.get_by_label("Minutes").fill("25")
    signed_out_elsewhere(clinic_server, "doctor@example.org")
    page.clock.fast_forward(61_000)
    expect(page.locator("#offer-here .message")).to_contain_text("You have been signed out")
    expect(form.get_by_label("Minutes")).to_have_value("25")
    form.get_by_role("button", name="Offer").click()
    sign_in_again(page, "doctor@example.org")
    expect(page.get_by_label("Minutes")).to_have_value("25")
    page.goto("/calendar")
    signed_out_elsewhere(clinic_server, "doctor@example.org")
    page.clock.fast_forward(61_000)
    sign_in_again(page, "doctor@example.org")
    expect(page).to_have_url(re.compile("/calendar"))


@SCRIPTED
def test_a_form_whose_token_has_ended_is_sent_by_pressing_again(visit: Visit) -> None:
    email = "patient35@example.org"
    page = typing_a_reason(visit, email)
    other = page.context.new_page()
    other.goto("/account")
    other.get_by_role("button", name="Sign out", exact=True).click()
    sign_in(other, email)
    book = page.get_by_role("button", name="Book this time")
    book.click()
    expect(page.get_by_role("alert")).to_contain_text("what you typed is still here")
    expect(page.get_by_label("Reason")).to_have_value(REASON)
    book.click()
    expect(page.locator(".ticket .reference")).to_be_visible()
    expect(page.locator("main")).to_contain_text(REASON)


@pytest.mark.parametrize("path", ["/account", "/account/password"])
def test_a_page_of_a_session_that_has_ended_is_not_shown(
    visit: Visit, clinic_server: Server, path: str
) -> None:
    email = "patient38@example.org"
    page = visit(email)
    signed_out_elsewhere(clinic_server, email)
    page.goto(path)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(page, email)
