"""A doctor offers time and withdraws it, with and without JavaScript."""

from datetime import date, timedelta

from playwright.sync_api import Page, expect

from domain import clock
from domain.walltime import monday_of
from tests.journeys.conftest import Visit
from tests.journeys.test_patient import book_first_free_time
from tests.support.server import Server
from tests.support.waiting import eventually


def far_week(weeks: int) -> date:
    """Return the Monday of a week in which the demo clinic offers nothing."""
    return monday_of(clock.now().date()) + timedelta(weeks=weeks)


def open_week(page: Page, monday: date) -> None:
    page.goto(f"/calendar?date={monday.isoformat()}")
    page.get_by_role("link", name="Offer time").click()


def fill_single(page: Page, day: date, start: str) -> None:
    form = page.get_by_role("form", name="Offer time")
    form.get_by_label("Date").fill(day.isoformat())
    form.get_by_label("Start").fill(start)
    form.get_by_label("Minutes").fill("30")
    form.get_by_role("button", name="Offer").click()


def test_a_doctor_offers_one_time_and_withdraws_it(visit: Visit, scripted: bool) -> None:
    page, monday = visit("doctor2@example.org"), far_week(10 + scripted)
    open_week(page, monday)
    fill_single(page, monday, "09:15")
    entry = page.locator('main [data-slot-id][data-status="open"]')
    expect(entry).to_have_count(1)
    expect(page.locator("#messages")).to_contain_text("offered")
    entry.get_by_role("link").first.click()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator("#messages")).to_contain_text("withdrawn")
    expect(page.locator("main [data-slot-id]")).to_have_count(0)


def test_an_overlap_is_said_in_place_and_keeps_what_was_typed(visit: Visit, scripted: bool) -> None:
    page, monday = visit("doctor2@example.org"), far_week(13 + scripted)
    for start in ("09:15", "09:30"):
        open_week(page, monday)
        fill_single(page, monday, start)
        page.locator("main [data-slot-id]").first.wait_for()
    expect(page.get_by_text("already offer").first).to_be_visible()
    form = page.get_by_role("form", name="Offer time")
    expect(form.get_by_label("Start")).to_have_value("09:30")
    expect(page.locator("main [data-slot-id]")).to_have_count(1)


def test_a_doctor_offers_a_series(visit: Visit, clinic_server: Server, scripted: bool) -> None:
    page, monday = visit("doctor3@example.org"), far_week(10 + scripted)
    page.goto(f"/calendar?date={monday.isoformat()}")
    page.get_by_role("link", name="Offer a series").click()
    form = page.get_by_role("form", name="A series")
    for day in ("Tuesday", "Thursday", "Friday"):
        form.get_by_label(day).uncheck()
    form.get_by_label("First day").fill(monday.isoformat())
    form.get_by_label("Last day").fill((monday + timedelta(days=6)).isoformat())
    form.get_by_label("From", exact=True).fill("09:00")
    form.get_by_label("Until", exact=True).fill("11:00")
    form.get_by_label("Minutes each").fill("30")
    if not scripted:
        form.get_by_role("button", name="Preview").click()
    expect(page.locator("#outlook")).to_contain_text("8 times")
    form.get_by_role("button", name="Offer").click()
    expect(page.locator("main [data-slot-id]")).to_have_count(8)
    expect(page.locator("#messages")).to_contain_text("8 times")
    eventually(lambda: written(clinic_server, "slots.created") >= 1)


def written(server: Server, kind: str) -> int:
    return sum(
        f"X-Event-Kind: {kind}" in file.read_text() for file in server.mail_folder.glob("*.eml")
    )


def test_withdrawing_a_booked_time_tells_its_patient(
    visit: Visit, clinic_server: Server, scripted: bool
) -> None:
    page = visit("doctor4@example.org")
    doctor = page.locator(".signed-in__name").inner_text()
    patient = visit(f"patient2{int(scripted)}@example.org")
    reference = book_first_free_time(patient, doctor, "My knee")
    starts_at = patient.locator("[data-appointment-id]").get_attribute("data-starts-at")
    page.goto(f"/calendar?date={(starts_at or '')[:10]}")
    slot = page.locator(f'[data-appointment-id][data-starts-at="{starts_at}"]')
    slot.get_by_role("link").click()
    page.get_by_role("link", name="Withdraw this time").click()
    expect(page.locator("main")).to_contain_text("My knee")
    page.get_by_label("Reason").fill("The practice is closed that day.")
    page.get_by_role("button", name="Cancel the appointment and withdraw").click()
    expect(page.locator("#messages")).to_contain_text("withdrawn")
    patient.reload()
    expect(patient.locator("[data-appointment-id]")).to_have_attribute("data-status", "cancelled")
    expect(patient.locator("main")).to_contain_text("The practice is closed that day.")
    told = eventually(lambda: cancellation(clinic_server, reference))
    assert "The practice is closed that day." in told


def cancellation(server: Server, reference: str) -> str | None:
    texts = (file.read_text() for file in server.mail_folder.glob("*.eml"))
    return next((t for t in texts if reference in t and "appointment.cancelled" in t), None)


def test_a_series_is_withdrawn_as_one(visit: Visit, clinic_server: Server, scripted: bool) -> None:
    page, monday = visit("doctor6@example.org"), far_week(10 + scripted)
    page.goto(f"/slots/series?date={monday.isoformat()}")
    form = page.get_by_role("form", name="A series")
    form.get_by_label("Last day").fill((monday + timedelta(days=4)).isoformat())
    if not scripted:
        form.get_by_role("button", name="Preview").click()
    expect(page.locator("#outlook")).to_contain_text("80 times")
    form.get_by_role("button", name="Offer").click()
    expect(page.locator("main [data-slot-id]")).to_have_count(80)
    page.locator("main [data-slot-id] a").first.click()
    page.get_by_role("link", name="Withdraw the whole series").click()
    expect(page.locator("main")).to_contain_text("80 free times")
    page.get_by_role("button", name="Withdraw the series").click()
    expect(page.locator("#messages")).to_contain_text("80 times withdrawn")
    eventually(lambda: written(clinic_server, "slots.deleted") >= 1)
