"""A doctor offers time and takes it back without touching a mouse."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.test_calendar import a_day_with_a_booking, offered, open_week
from tests.journeys.test_doctor import far_week
from tests.support.keyboard import fill, press, tab_to


@pytest.fixture
def doctor(visit: Visit, scripted: bool) -> Page:
    return visit("doctor2@example.org" if scripted else "doctor3@example.org")


def said(page: Page) -> Locator:
    return page.locator("#messages")


def test_one_time_is_offered_and_withdrawn_by_keyboard(doctor: Page) -> None:
    page = doctor
    open_week(page, far_week(12))
    press(page, page.locator(".put a").first)
    form = page.get_by_role("form", name="Offer time")
    fill(page, form.get_by_label("Minutes"), "45")
    page.keyboard.press("Enter")
    expect(offered(page)).to_contain_text("07:00–07:45")  # noqa: RUF001 - as pages write it
    press(page, offered(page).get_by_role("link"))
    press(page, page.get_by_role("button", name="Withdraw"))
    expect(said(page)).to_contain_text("is withdrawn")
    expect(offered(page)).to_have_count(0)


def test_a_series_is_previewed_offered_and_withdrawn_by_keyboard(
    doctor: Page, scripted: bool
) -> None:
    page = doctor
    page.goto(f"/slots/series?date={far_week(14)}")
    form = page.get_by_role("form", name="A series")
    for day in ("Tuesday", "Wednesday", "Thursday", "Friday"):
        tab_to(page, form.get_by_label(day))
        page.keyboard.press("Space")
    fill(page, form.get_by_label("Minutes each"), "120")
    if not scripted:
        press(page, form.get_by_role("button", name="Preview"))
    expect(page.locator("#outlook")).to_contain_text("16 times")
    press(page, form.get_by_role("button", name="Offer the series"))
    expect(said(page)).to_contain_text("16 times offered")
    press(page, offered(page).get_by_role("link").first)
    press(page, page.get_by_role("link", name="Withdraw the whole series"))
    press(page, page.get_by_role("button", name="Withdraw the series"))
    expect(said(page)).to_contain_text("16 times withdrawn")


def test_a_booked_time_is_withdrawn_by_keyboard(doctor: Page) -> None:
    page = doctor
    a_day_with_a_booking(page)
    visits = page.locator('[data-appointment-id][data-status="booked"]')
    before = visits.count()
    press(page, visits.first.get_by_role("link", name="Withdraw"))
    fill(page, page.get_by_label("Reason"), "I am at a conference.")
    press(page, page.get_by_role("button", name="Cancel the appointment and withdraw"))
    expect(said(page)).to_contain_text("is withdrawn")
    page.go_back()
    page.go_back()
    expect(visits).to_have_count(before - 1)
