"""A patient finds, books, moves, cancels and takes that back without touching a mouse."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.support.keyboard import press, tab_to


@pytest.fixture
def by_keyboard(visit: Visit, scripted: bool) -> Page:
    return visit("patient35@example.org" if scripted else "patient36@example.org")


def test_everything_is_done_by_keyboard(by_keyboard: Page) -> None:
    page = by_keyboard
    page.goto("/")
    tab_to(page, page.get_by_label("Name or specialty"))
    page.keyboard.type("general")
    page.keyboard.press("Enter")
    expect(page.locator("#results .doctor")).to_have_count(1)
    press(page, page.locator("#results .doctor a[data-slot-id]").last)
    tab_to(page, page.get_by_label("Reason"))
    page.keyboard.type("A cough")
    press(page, page.get_by_role("button", name="Book this time"))
    ticket = page.locator("[data-appointment-id]")
    expect(ticket).to_have_attribute("data-status", "booked")
    before = ticket.get_attribute("data-starts-at") or ""
    press(page, page.get_by_role("link", name="Move to another time"))
    press(page, page.locator("button[data-slot-id]").first)
    expect(ticket).not_to_have_attribute("data-starts-at", before)
    press(page, page.get_by_text("Cancel this appointment"))
    press(page, page.get_by_role("button", name="Cancel the appointment"))
    expect(ticket).to_have_attribute("data-status", "cancelled")
    press(page, page.get_by_role("button", name="Undo"))
    expect(ticket).to_have_attribute("data-status", "booked")
    expect(page.locator("#messages")).to_contain_text("stands again")


def test_the_first_tab_leads_past_the_navigation(by_keyboard: Page) -> None:
    page = by_keyboard
    page.goto("/appointments")
    press(page, page.get_by_role("link", name="Skip to the content"))
    expect(page.locator("main")).to_be_focused()
