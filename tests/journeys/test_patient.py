"""A patient finds a time, books, moves and cancels, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.support.letters import letter_with
from tests.support.server import Server
from tests.support.waiting import eventually


def book_first_free_time(page: Page, doctor: str, reason: str = "") -> str:
    """Search a doctor, take the first free time and return the appointment's reference."""
    page.goto("/")
    page.get_by_label("Name or specialty").fill(doctor)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("heading", name=doctor, exact=True).wait_for()
    page.locator("#results a[data-slot-id]").first.click()
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name="Book").click()
    return page.locator(".reference").inner_text()


def doctor_names(page: Page) -> list[str]:
    page.goto("/")
    return page.locator("#results h3").all_inner_texts()


def test_a_patient_books_and_reads_the_confirmation(visit: Visit, clinic_server: Server) -> None:
    page = visit("patient11@example.org")
    doctor = doctor_names(page)[0]
    reference = book_first_free_time(page, doctor, "A cough")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your appointment")
    expect(page.locator("[data-appointment-id]")).to_have_attribute("data-status", "booked")
    expect(page.locator("main")).to_contain_text("A cough")
    assert re.fullmatch(r"\w{3}-\w{3}", reference)
    assert "/appointments/" in page.url
    mail = eventually(lambda: mail_about(clinic_server, reference))
    assert "appointment.created" in mail


def mail_about(server: Server, reference: str) -> str | None:
    written = (file.read_text() for file in server.mail_folder.glob("*.eml"))
    return next((text for text in written if reference in text), None)


def test_a_patient_moves_and_then_cancels(visit: Visit, clinic_server: Server) -> None:
    page = visit("patient12@example.org")
    reference = book_first_free_time(page, doctor_names(page)[1])
    booked_for = page.locator("[data-appointment-id]").get_attribute("data-starts-at")
    page.get_by_role("link", name="Move").click()
    page.locator("button[data-slot-id]").last.click()
    expect(page.locator("#messages")).to_contain_text("moved")
    ticket = page.locator("[data-appointment-id]")
    expect(ticket).not_to_have_attribute("data-starts-at", booked_for or "")
    expect(page.locator(".reference")).to_have_text(reference)
    page.get_by_text("Cancel this appointment").click()
    page.get_by_role("button", name="Cancel the appointment").click()
    expect(ticket).to_have_attribute("data-status", "cancelled")
    page.goto("/appointments")
    expect(page.locator(f'[data-status="cancelled"]:has-text("{reference}")')).to_be_visible()


def booked_by(page: Page) -> int:
    page.goto("/appointments")
    return page.locator('[data-status="booked"][data-appointment-id]').count()


def test_a_double_click_and_a_reload_book_once(visit: Visit) -> None:
    page = visit("patient13@example.org")
    before = booked_by(page)
    page.goto("/")
    page.locator("#results a[data-slot-id]").nth(4).click()
    page.get_by_role("button", name="Book").dblclick()
    page.locator(".reference").wait_for()
    page.reload()
    expect(page.locator(".reference")).to_be_visible()
    assert booked_by(page) == before + 1


def test_two_tabs_book_one_appointment(visit: Visit) -> None:
    first = visit("patient14@example.org")
    before = booked_by(first)
    first.goto("/")
    first.locator("#results a[data-slot-id]").nth(7).click()
    second = first.context.new_page()
    second.goto(first.url)
    for page in (first, second):
        page.get_by_role("button", name="Book").click()
        page.get_by_role("heading", level=1).wait_for()
    expect(second.locator("main")).to_contain_text("Nothing was booked twice")
    assert booked_by(first) == before + 1


def test_who_comes_second_keeps_the_typed_reason_and_gets_the_nearest_times(
    visit: Visit,
) -> None:
    second, first = visit("patient15@example.org"), visit("patient16@example.org")
    second.goto("/")
    second.locator("#results a[data-slot-id]").nth(10).click()
    second.get_by_label("Reason").fill("Please keep this")
    first.goto(second.url)
    first.get_by_role("button", name="Book").click()
    first.locator(".reference").wait_for()
    second.get_by_role("button", name="Book").click()
    expect(second.locator("#messages")).to_contain_text("taken")
    expect(second.get_by_label("Reason")).to_have_value("Please keep this")
    second.locator("button[data-slot-id]").first.click()
    expect(second.locator("main")).to_contain_text("Please keep this")
    expect(second.locator("[data-appointment-id]")).to_have_attribute("data-status", "booked")


def test_cancelling_in_two_tabs_changes_nothing_the_second_time(visit: Visit) -> None:
    first = visit("patient17@example.org")
    book_first_free_time(first, doctor_names(first)[2])
    first.reload()
    second = first.context.new_page()
    second.goto(first.url)
    for page in (first, second):
        page.get_by_text("Cancel this appointment").click()
        page.get_by_role("button", name="Cancel the appointment").click()
        expect(page.locator("[data-appointment-id]")).to_have_attribute("data-status", "cancelled")
    expect(second.locator("#messages")).to_contain_text("already been cancelled")


def test_a_cancellation_is_taken_back_from_the_page_that_tells_of_it(visit: Visit) -> None:
    page = visit("patient18@example.org")
    reference = book_first_free_time(page, doctor_names(page)[3])
    page.goto("/appointments")
    row = page.locator(f'[data-appointment-id]:has-text("{reference}")')
    row.get_by_role("link", name="Cancel").click()
    page.get_by_role("button", name="Cancel the appointment").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#messages")).to_contain_text("stands again")
    expect(page.locator("[data-appointment-id]")).to_have_attribute("data-status", "booked")


def test_a_newcomer_registers_on_the_way_to_a_booking(
    visit: Visit, clinic_server: Server, scripted: bool
) -> None:
    page, email = visit(), f"ada{int(scripted)}@example.org"
    page.goto("/")
    page.locator("#results a[data-slot-id]").nth(13).click()
    wanted = page.url
    page.get_by_role("link", name="Sign in").last.click()
    page.get_by_role("link", name="Register").last.click()
    page.get_by_label("Name").fill("Ada Lovelace")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill("a long enough password")
    page.locator("main").get_by_role("button", name="Register").click()
    expect(page).to_have_url(wanted)
    page.get_by_role("button", name="Book").click()
    expect(page.locator(".reference")).to_be_visible()
    eventually(lambda: letter_with(clinic_server, "/confirm/", email))
    [link] = re.findall(
        r"http\S+/confirm/\S+", letter_with(clinic_server, "/confirm/", email) or ""
    )
    page.goto(link)
    page.get_by_role("button", name="Yes, confirm my address").click()
    expect(page.locator("#messages")).to_contain_text("Your address is confirmed.")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.locator("nav")).not_to_contain_text("Ada Lovelace")


@pytest.mark.parametrize("path", ["/appointments", "/calendar", "/desk"])
def test_who_is_not_signed_in_is_led_to_signing_in(visit: Visit, path: str) -> None:
    page = visit()
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
