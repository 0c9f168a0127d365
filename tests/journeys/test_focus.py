"""Who works without a mouse goes on where they were, also where that was swapped away."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.test_calendar import a_day_with_a_booking
from tests.journeys.test_free_times import LOOK, take
from tests.support import ways
from tests.support.waiting import eventually

REFRESH = """() => {
  const grid = document.getElementById("grid");
  const way = { source: grid, target: grid, swap: "outerHTML" };
  return htmx.ajax("GET", grid.getAttribute("hx-get"), way);
}"""

SEEN = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  return at.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
}"""


@pytest.fixture
def scripted() -> bool:
    """Nothing is swapped without JavaScript."""
    return True


def seat(page: Page, marked: str, number: int = 0) -> Locator:
    """Return a line of the day by when it starts, which stays whatever becomes of it."""
    starts_at = page.locator(f"#grid {marked}").nth(number).get_attribute("data-starts-at")
    return page.locator(f'#grid [data-starts-at="{starts_at}"]')


def arrive(page: Page, line: Locator) -> None:
    """Note that the patient of a line has come."""
    line.get_by_role("button", name="Arrived").click()
    expect(page.locator("#messages")).to_contain_text("Noted: arrived.")
    page.reload()


def test_a_day_that_changes_leaves_the_focus_on_the_button_of_its_visit(visit: Visit) -> None:
    page, other = visit("doctor5@example.org"), visit("doctor5@example.org")
    address = a_day_with_a_booking(page)
    other.goto(address)
    mine, theirs = (seat(page, "[data-status=booked]", number) for number in (0, 1))
    mine.get_by_role("button", name="Arrived").focus()
    arrive(other, seat(other, "[data-status=booked]", 1))
    page.evaluate(REFRESH)
    expect(theirs).to_have_attribute("data-status", "arrived")
    expect(mine.get_by_role("button", name="Arrived")).to_be_focused()
    arrive(other, seat(other, "[data-status=booked]"))
    page.evaluate(REFRESH)
    expect(mine).to_have_attribute("data-status", "arrived")
    expect(mine.get_by_role("link").first).to_be_focused()


def test_a_free_time_that_somebody_books_keeps_the_focus_in_the_calendar(visit: Visit) -> None:
    page, other = visit("doctor5@example.org"), visit("patient31@example.org")
    page.goto(a_day_with_a_booking(page).replace("/day", ""))
    line = seat(page, "[data-status=open]")
    line.get_by_role("link").focus()
    take(other, (line.get_by_role("link").get_attribute("href") or "").removesuffix("/withdraw"))
    page.evaluate(REFRESH)
    expect(line).to_have_attribute("data-status", "booked")
    expect(line.get_by_role("link")).to_be_focused()


def test_a_calendar_that_is_turned_keeps_its_step_in_hand_and_says_where_it_led(
    visit: Visit,
) -> None:
    page = visit("doctor5@example.org")
    title, said = page.locator("#calendar-title"), page.locator("#announcer")
    later, month = page.locator("#after"), page.locator("#view-month")
    for turn, held in (("Enter", later), ("n", later), ("m", month)):
        before = title.inner_text()
        (later if turn == "Enter" else page.locator("#grid a").first).press(turn)
        expect(title).not_to_have_text(before)
        expect(said).to_have_text(title.inner_text())
        expect(held).to_be_focused()


def test_a_visit_that_is_marked_says_only_that(visit: Visit) -> None:
    page = visit("doctor6@example.org")
    a_day_with_a_booking(page)
    seat(page, "[data-status=booked]").get_by_role("button", name="Arrived").press("Enter")
    expect(page.locator("#messages")).to_contain_text("Noted: arrived.")
    expect(page.locator("#announcer")).to_be_empty()


def test_the_desk_turns_weeks_hears_which_and_goes_on_there(visit: Visit) -> None:
    page = visit("desk@example.org")
    page.goto("/desk/book")
    page.get_by_role("link", name="All times").first.click()
    week = page.locator("#times h2")
    before = week.inner_text()
    page.get_by_role("link", name="Later").press("Enter")
    expect(week).not_to_have_text(before)
    expect(week).to_be_focused()
    choice = page.get_by_label("Doctor")
    choice.focus()
    choice.select_option(index=3)
    expect(page.locator("#announcer")).to_have_text(re.compile("^Dr .* to "))
    expect(week).to_have_text(page.locator("#announcer").inner_text(), use_inner_text=True)
    expect(choice).to_be_focused()


def test_all_that_is_ticked_at_once_is_said(visit: Visit) -> None:
    page = visit("desk@example.org")
    page.goto("/desk?until=2199-01-01&status=booked")
    for words, ticked in (("All are ticked.", True), ("None is ticked.", False)):
        page.get_by_role("link", name="Tick all").press("Enter")
        expect(page.locator("#announcer")).to_have_text(words)
        expect(page.locator("[name=appointment_id]").last).to_be_checked(checked=ticked)


def test_pages_of_the_desks_list_are_turned_from_its_title(visit: Visit) -> None:
    page = visit("desk@example.org")
    page.goto("/desk?until=2199-01-01")
    for way, back in (("Later", 1), ("First page", 0)):
        page.get_by_role("link", name=way).press("Enter")
        expect(page.get_by_role("link", name="First page")).to_have_count(back)
        expect(page.locator("#desk-title")).to_be_focused()


def test_new_free_times_are_shown_where_all_doctors_stand(visit: Visit) -> None:
    page, other = visit(), visit("patient32@example.org")
    page.goto("/")
    address = page.locator("#results .doctor a[data-slot-id]").first.get_attribute("href") or ""
    take(other, address)
    page.evaluate(LOOK)
    page.get_by_role("link", name="Show the new free times").press("Enter")
    expect(page.locator(f'#results [href="{address}"]')).to_have_count(0)
    expect(page.locator("#results-title")).to_be_focused()


def test_tabs_and_pages_of_the_messages_lead_back_to_the_tab(visit: Visit) -> None:
    page = visit("desk@example.org")
    tell_many(page)
    accepted = page.get_by_role("link", name="Accepted")
    accepted.press("Enter")
    expect(accepted).to_have_attribute("aria-current", "page")
    expect(accepted).to_be_focused()
    for way, back in (("Older", 1), ("Newest", 0)):
        page.get_by_role("link", name=way).press("Enter")
        expect(page.get_by_role("link", name="Newest")).to_have_count(back)
        expect(accepted).to_be_focused()


def tell_many(page: Page) -> None:
    """Cancel a page of appointments, and wait until two pages of messages are out."""
    page.goto("/desk?until=2199-01-01&status=booked")
    page.get_by_role("link", name="Tick all").click()
    page.get_by_label("Reason").fill("The heating is broken.")
    page.get_by_role("button", name="Cancel them").click()
    expect(page.locator("#messages")).to_contain_text("cancelled")

    def told() -> bool:
        page.goto("/notifications?state=sent")
        return page.get_by_role("link", name="Older").count() == 1

    eventually(told)
    page.goto("/notifications")


def test_what_goes_wrong_far_down_a_page_is_seen_and_hides_no_focus(visit: Visit) -> None:
    page = visit("patient33@example.org", viewport={"width": 360, "height": 640})
    page.goto("/")
    page.locator("#results a[data-slot-id]").first.click()
    ways.moving(page)
    times = page.locator("#choice button[data-slot-id]")
    page.locator("#choice [name=csrf_token]").evaluate("field => { field.value = 'of yesterday' }")
    times.last.click()
    told = page.locator("#messages .message")
    expect(told).to_contain_text("Please press once more")
    expect(told).to_be_in_viewport(ratio=1)
    for _ in range(times.count()):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(SEEN), page.evaluate("document.activeElement.outerHTML")
    page.route("**/move?*", lambda route: route.abort())
    times.last.click()
    expect(told).to_contain_text("cannot be reached")
    expect(told).to_be_in_viewport(ratio=1)
