"""Signing out, and links in messages, as people meet them in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.support.letters import letter_with
from tests.support.server import Server
from tests.support.waiting import eventually

SCRIPTED = pytest.mark.parametrize("scripted", [True], indirect=True)


def test_after_signing_out_back_shows_nothing_private(visit: Visit, scripted: bool) -> None:
    page = visit("patient33@example.org")
    page.goto("/appointments")
    name = page.locator(".signed-in__name").inner_text()
    page.goto("/account")
    expect(page.locator("main")).to_contain_text("patient33@example.org")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.locator("nav.site-nav")).to_contain_text("Sign in")
    for _ in range(3):
        page.go_back()
        shown = page.content()
        assert "patient33@example.org" not in shown
        assert name not in shown
    if scripted:
        assert kept_by(page) == {"local": [], "session": [], "caches": [], "databases": []}


@SCRIPTED
def test_a_printed_form_has_what_was_typed_and_nothing_that_is_empty_or_secret(
    visit: Visit,
) -> None:
    page = visit("patient33@example.org")
    page.goto("/account/particulars")
    name, telephone = page.get_by_label("Name"), page.get_by_label("Telephone")
    name.fill("A name not yet sent")
    telephone.fill("")
    page.emulate_media(media="print")
    expect(name).to_be_visible()
    expect(page.locator("label", has_text="Name")).to_be_visible()
    expect(telephone).to_be_hidden()
    expect(page.locator("label", has_text="Telephone")).to_be_hidden()
    expect(page.locator("main button")).to_be_hidden()
    page.emulate_media(media="screen")
    page.goto("/account/password")
    page.get_by_label("Current password").fill("never on paper")
    page.emulate_media(media="print")
    expect(page.locator(".field:visible")).to_have_count(0)


@SCRIPTED
def test_no_search_is_left_in_the_browsers_storage(visit: Visit) -> None:
    page = visit("desk@example.org")
    page.goto("/desk?q=patient33")
    page.locator("#q").press_sequentially("x")
    expect(page).to_have_url(re.compile("q=xpatient33"))

    assert kept_by(page) == {"local": [], "session": [], "caches": [], "databases": []}


def kept_by(page: Page) -> object:
    """Return what the browser's storage holds."""
    return page.evaluate(
        """async () => ({
            local: Object.entries(localStorage),
            session: Object.entries(sessionStorage),
            caches: await globalThis.caches?.keys() ?? [],
            databases: await indexedDB.databases(),
        })"""
    )


def test_one_sets_a_new_password_and_signs_in_with_it(
    visit: Visit, clinic_server: Server, scripted: bool
) -> None:
    email = "patient34@example.org" if scripted else "patient35@example.org"
    page = visit()
    page.goto("/login")
    page.get_by_role("link", name="Forgotten your password?").click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    eventually(lambda: letter_with(clinic_server, "/reset/", email))
    [link] = re.findall(r"http\S+/reset/\S+", letter_with(clinic_server, "/reset/", email) or "")
    page.goto(link)
    page.get_by_label("New password").fill("password1")
    page.get_by_role("button", name="Set the password").click()
    expect(page.locator(".field__error")).to_contain_text("Many people use this password")
    framed = re.compile("inset")  # twice as thick, and no letter of it moves
    expect(page.get_by_label("New password")).to_have_css("box-shadow", framed)
    page.get_by_label("New password").fill("three green kettles")
    page.get_by_role("button", name="Set the password").click()
    expect(page.locator("#messages")).to_contain_text("Your password is changed")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill("three green kettles")
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()


def test_one_moves_and_cancels_by_the_link_in_the_mail(
    visit: Visit, clinic_server: Server, scripted: bool
) -> None:
    email = "patient36@example.org" if scripted else "patient37@example.org"
    booking = visit(email)
    booking.goto("/")
    booking.locator("#results a[data-slot-id]").first.click()
    booking.locator("main form button[type=submit]").click()
    reference = booking.locator(".reference").inner_text()
    eventually(lambda: letter_with(clinic_server, reference, email))
    letter = letter_with(clinic_server, reference, email) or ""
    page = visit()
    page.goto(re.findall(r"http\S+/manage/\S+", letter)[0])
    if scripted:
        assert "/manage/" not in str(page.evaluate("Object.entries(sessionStorage)"))
    before = page.locator(".ticket").get_attribute("data-starts-at") or ""
    page.get_by_role("link", name="Move to another time").click()
    page.locator("main button[data-slot-id]").last.click()
    expect(page.locator("#messages")).to_contain_text("The appointment is moved.")
    expect(page.locator(".ticket")).not_to_have_attribute("data-starts-at", before)
    page.locator("summary").click()
    page.get_by_role("button", name="Cancel the appointment").click()
    expect(page.locator(".ticket")).to_have_attribute("data-status", "cancelled")
