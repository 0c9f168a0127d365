"""The reception desk works its list, with and without JavaScript."""

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.test_focus import SEEN
from tests.journeys.test_patient import book_first_free_time

REASON = "A cough\nsince Monday"


def booked_appointment(visit: Visit, email: str, doctor: int) -> tuple[str, str]:
    """Book as a patient; return the reference and the day."""
    patient = visit(email)
    patient.goto("/")
    name = patient.locator("#results h3").nth(doctor).inner_text()
    reference = book_first_free_time(patient, name, REASON)
    starts_at = patient.locator("[data-appointment-id]").get_attribute("data-starts-at")
    return reference, (starts_at or "")[:10]


def search(page: Page, text: str) -> None:
    page.goto("/desk")
    page.get_by_label("Name, e-mail or reference").fill(text)
    page.get_by_role("button", name="Show").click()
    expect(page.locator("[data-appointment-id]")).to_have_count(1)


def test_the_desk_finds_an_appointment_and_cancels_it_with_a_reason(
    visit: Visit, scripted: bool
) -> None:
    reference, _ = booked_appointment(visit, f"patient2{2 + scripted}@example.org", 0)
    page = visit("desk@example.org")
    search(page, reference)
    row = page.locator("[data-appointment-id]")
    expect(row).to_have_count(1)
    row.get_by_role("checkbox").check()
    page.get_by_label("Reason").fill("The doctor is ill.")
    page.get_by_role("button", name="Cancel them").click()
    expect(page.locator("#messages")).to_contain_text("1")
    expect(page.locator("[data-appointment-id]")).to_have_attribute("data-status", "cancelled")


def test_the_desk_checks_somebody_in_and_takes_it_back(visit: Visit, scripted: bool) -> None:
    reference, _ = booked_appointment(visit, f"patient2{4 + scripted}@example.org", 1)
    page = visit("desk@example.org")
    search(page, reference)
    row = page.locator("[data-appointment-id]")
    row.get_by_role("button", name="Arrived").click()
    expect(row).to_have_attribute("data-status", "arrived")
    row.get_by_role("button", name="Undo").click()
    expect(row).to_have_attribute("data-status", "booked")
    row.locator("th a").click()
    page.locator(".typed").wait_for()
    assert page.locator(".typed").inner_text() == REASON


def test_no_row_reached_backwards_by_keyboard_lies_under_what_may_be_undone(visit: Visit) -> None:
    page = visit("desk@example.org", viewport={"width": 360, "height": 640})
    page.goto("/desk?until=2199-01-01&status=booked")
    page.locator("#desk-form [name=appointment_id]").first.check()
    page.get_by_label("Reason").fill("The heating is broken.")
    page.get_by_role("button", name="Cancel them").click()
    undo = page.locator("#messages").get_by_role("button", name="Undo")
    undo.wait_for()
    page.locator("[data-appointment-id] a").last.focus()
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(SEEN), page.evaluate("document.activeElement.outerHTML")
    undo.click()


def test_the_desk_books_for_somebody_new_at_the_counter(visit: Visit, scripted: bool) -> None:
    page = visit("desk@example.org")
    page.goto("/desk")
    page.get_by_role("link", name="Book for a patient").first.click()
    page.locator("button[data-slot-id]").first.click()
    page.get_by_label("Name", exact=True).fill("Grace Hopper")
    page.get_by_label("E-mail address", exact=True).fill(f"grace{int(scripted)}@example.org")
    page.get_by_role("button", name="Book").first.click()
    expect(page.locator("#messages")).to_contain_text("Booked")
    expect(page.locator('[data-status="booked"]:has-text("Grace Hopper")').first).to_be_visible()


def test_the_desk_books_for_a_patient_it_knows(visit: Visit, scripted: bool) -> None:
    page = visit("desk@example.org")
    page.goto("/desk/book")
    page.locator("button[data-slot-id]").nth(4 + scripted).click()
    page.get_by_role("searchbox").or_(page.locator("#patient-q")).first.fill(
        f"patient2{6 + scripted}@example.org"
    )
    page.get_by_role("button", name="Find").click()
    page.locator('input[type="radio"][name="patient_id"]').first.check()
    page.get_by_role("button", name="Book").first.click()
    expect(page.locator("#messages")).to_contain_text("Booked")


def test_enter_on_a_patient_books_for_that_patient(visit: Visit, scripted: bool) -> None:
    page = visit("desk@example.org")
    page.goto("/desk/book")
    page.locator("button[data-slot-id]").nth(8 + scripted).click()
    page.locator("#patient-q").fill("patient3")
    page.get_by_role("button", name="Find").click()
    hits = page.locator(".found")
    expect(hits.nth(1)).to_be_visible()
    name = hits.nth(1).locator("strong").inner_text()
    hits.first.get_by_role("radio").check()
    page.keyboard.press("ArrowDown")
    expect(hits.nth(1).get_by_role("radio")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Booked")
    search(page, page.locator("#messages .unbroken").inner_text())
    expect(page.locator("[data-appointment-id] th")).to_contain_text(name)
