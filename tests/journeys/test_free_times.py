"""Free times while a page is open: results follow what is typed, and what goes is said."""

import re

import pytest
from playwright.sync_api import Page, Response, expect

from tests.journeys.conftest import Visit
from tests.journeys.test_doctor import far_week

LOOK = "htmx.trigger(document.querySelector('[data-watch]'), 'look')"


@pytest.fixture
def scripted() -> bool:
    """Nothing here happens without JavaScript."""
    return True


def take(page: Page, address: str) -> None:
    """Book the time at an address."""
    page.goto(address)
    page.get_by_role("button", name="Book").click()
    page.locator(".reference").wait_for()


def give_up(page: Page) -> None:
    """Cancel the appointment that the page shows."""
    page.get_by_text("Cancel this appointment").click()
    page.get_by_role("button", name="Cancel the appointment").click()
    page.get_by_role("button", name="Undo").wait_for()


def a_week(page: Page, specialty: str) -> None:
    """Open next week's times, of which there are many, however late in this week it is."""
    page.goto(f"/?q={specialty}")
    doctor = page.locator("#results .doctor h3 a").get_attribute("href")
    page.goto(f"{doctor}?date={far_week(1).isoformat()}")
    page.locator("#week").wait_for()
    page.wait_for_load_state()


def test_results_follow_what_is_typed_and_so_does_the_address(visit: Visit) -> None:
    page = visit()
    page.goto("/")
    box = page.get_by_label("Name or specialty")
    box.press_sequentially("cardio", delay=20)
    expect(page.locator("#announcer")).to_have_text(re.compile("1 doctor"))
    expect(page).to_have_url(re.compile(r"\?q=cardio$"))
    expect(page).to_have_title(re.compile("^cardio"))
    expect(box).to_be_focused()
    expect(page.locator("#results .doctor")).to_have_count(1)
    page.locator("#results .doctor h3 a").click()
    page.go_back()
    expect(page.get_by_label("Name or specialty")).to_have_value("cardio")
    expect(page.locator("#results .doctor")).to_have_count(1)


def test_a_time_that_goes_is_marked_where_it_stood_and_said(visit: Visit) -> None:
    page, other = visit(), visit("patient31@example.org")
    a_week(page, "dermatology")
    time = page.locator("#week a[data-slot-id]").nth(3)
    address = time.get_attribute("href") or ""
    place = time.bounding_box()
    time.focus()
    take(other, address)
    page.evaluate(LOOK)
    expect(time).to_have_attribute("data-status", "gone")
    expect(time).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#announcer")).to_contain_text("is no longer free")
    assert time.bounding_box() == place
    expect(time).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/doctors/"))


def test_a_time_that_comes_is_shown_when_asked_for(visit: Visit) -> None:
    page, other = visit(), visit("patient32@example.org")
    a_week(other, "paediatrics")
    other.locator("#week a[data-slot-id]").nth(2).click()
    take(other, other.url)
    a_week(page, "paediatrics")
    shown = page.locator("#week a[data-slot-id]").count()
    give_up(other)
    page.evaluate(LOOK)
    expect(page.locator("#announcer")).to_contain_text("new free times")
    expect(page.locator("#week a[data-slot-id]")).to_have_count(shown)
    page.get_by_role("link", name="Show the new free times").click()
    expect(page.locator("#week a[data-slot-id]")).to_have_count(shown + 1)
    expect(page.locator("#week-title")).to_be_focused()


def asked_by_page(answer: Response) -> bool:
    """Tell whether an answer is to a script's question: pictures may come late."""
    return answer.request.resource_type == "xhr"


def test_an_open_page_asks_cheaply_and_a_hidden_one_not_at_all(visit: Visit) -> None:
    page = visit()
    a_week(page, "gynaecology")
    answers: list[int] = []
    page.on("response", lambda one: asked_by_page(one) and answers.append(one.status))
    with page.expect_response(re.compile("/doctors/")):
        page.evaluate(LOOK)
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => window.unseen })")
    page.evaluate("window.unseen = true")
    page.evaluate(LOOK)
    page.evaluate("window.unseen = false")
    with page.expect_response(re.compile("/doctors/")):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert answers == [304, 304]


def test_who_types_while_the_time_goes_takes_one_of_the_nearest_with_one_click(
    visit: Visit,
) -> None:
    page, other = visit("patient33@example.org"), visit("patient34@example.org")
    page.goto("/?q=orthopaedics")
    page.locator("#results a[data-slot-id]").last.click()
    page.get_by_label("Reason").fill("Please keep this")
    take(other, page.url)
    page.evaluate(LOOK)
    expect(page.get_by_role("alert").filter(has_text="Somebody has this time")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("This time is no longer free")
    expect(page.get_by_label("Reason")).to_be_focused()
    expect(page.get_by_role("heading", level=2)).to_contain_text("The nearest free times")
    page.emulate_media(media="print")
    expect(page.locator("main")).to_contain_text("Somebody has this time", use_inner_text=True)
    page.emulate_media(media="screen")
    page.locator("[data-instead] button").first.click()
    expect(page.locator("[data-appointment-id]")).to_have_attribute("data-status", "booked")
    expect(page.locator("main")).to_contain_text("Please keep this")


def test_a_time_that_comes_back_is_booked_where_it_stood(visit: Visit) -> None:
    page, other = visit("patient35@example.org"), visit("patient36@example.org")
    page.goto("/?q=cardiology")
    page.locator("#results a[data-slot-id]").last.click()
    page.get_by_label("Reason").fill("Please keep this")
    take(other, page.url)
    page.evaluate(LOOK)
    page.locator("[data-instead] button").first.focus()
    give_up(other)
    page.evaluate(LOOK)
    book = page.get_by_role("button", name="Book this time")
    expect(book).to_be_focused()
    expect(page.locator("#announcer")).to_contain_text("is free again")
    expect(page.locator("#announcer")).not_to_contain_text("no longer")
    expect(page.locator("[data-instead]")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text("Book this time")
    expect(page.get_by_role("alert").filter(has_text="Somebody has this time")).to_be_hidden()
    book.click()
    expect(page.locator("[data-appointment-id]")).to_have_attribute("data-status", "booked")
    expect(page.locator("main")).to_contain_text("Please keep this")


def test_an_answer_that_never_comes_is_said_to_who_waits_for_it(visit: Visit) -> None:
    page = visit()
    page.goto("/")
    page.context.set_offline(True)
    page.get_by_label("Name or specialty").press_sequentially("x")
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
