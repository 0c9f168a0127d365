"""A doctor at work in the calendar: with the mouse, by keyboard alone, and by its links."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from domain import clock
from tests.journeys.conftest import Visit
from tests.journeys.test_doctor import far_week

SCRIPTED = pytest.mark.parametrize("scripted", [True], indirect=True)


def open_week(page: Page, monday: date) -> None:
    page.goto(f"/calendar?date={monday.isoformat()}")


def empty_place(page: Page, day: date) -> Locator:
    return page.locator(f"section[aria-labelledby=d{day}] .put a").first


def row_height(page: Page) -> float:
    height: float = page.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('.day ol')).gridAutoRows)"
    )
    return height


def offered(page: Page) -> Locator:
    return page.locator("#grid [data-slot-id]")


def test_an_empty_place_opens_the_form_for_its_time(visit: Visit, scripted: bool) -> None:
    page, monday = visit("doctor2@example.org"), far_week(16 + scripted)
    open_week(page, monday)
    place = empty_place(page, monday + timedelta(days=1))
    place.focus()
    page.keyboard.press("Enter")
    form = page.get_by_role("form", name="Offer time")
    expect(form.get_by_label("Date")).to_have_value((monday + timedelta(days=1)).isoformat())
    expect(form.get_by_label("Start")).to_have_value("07:00")
    form.get_by_label("Minutes").fill("45")
    form.get_by_role("button", name="Offer").click()
    expect(offered(page)).to_have_count(1)
    expect(offered(page)).to_contain_text("07:00–07:45")  # noqa: RUF001 - as pages write it
    expect(page.locator("#messages")).to_contain_text("is offered")


@SCRIPTED
def test_a_click_offers_the_time_under_it_and_a_drag_its_length(visit: Visit) -> None:
    page, monday = visit("doctor2@example.org"), far_week(18)
    open_week(page, monday)
    box = empty_place(page, monday).bounding_box()
    assert box
    row, across = row_height(page), box["x"] + box["width"] / 2
    # 09:15 is 27 fives below 07:00; the finger need not meet the mark.
    page.mouse.click(across, box["y"] + 28 * row)
    form = page.get_by_role("form", name="Offer time")
    expect(form.get_by_label("Start")).to_have_value("09:15")
    expect(form.get_by_label("Minutes")).to_have_value("30")
    page.keyboard.press("Escape")
    expect(form).to_have_count(0)
    page.mouse.move(across, box["y"] + 36.5 * row)
    page.mouse.down()
    page.mouse.move(across, box["y"] + 40 * row)
    page.mouse.move(across, box["y"] + 52 * row)
    page.mouse.up()
    expect(form.get_by_label("Start")).to_have_value("10:00")
    expect(form.get_by_label("Minutes")).to_have_value("90")
    form.get_by_role("button", name="Offer").click()
    expect(offered(page)).to_contain_text("10:00–11:30")  # noqa: RUF001
    expect(page.locator("#offer-here[open]")).to_have_count(0)
    expect(offered(page).get_by_role("link")).to_be_focused()


@SCRIPTED
def test_a_refused_time_is_said_in_the_form_and_the_calendar_stays(visit: Visit) -> None:
    page, monday = visit("doctor2@example.org"), far_week(19)
    open_week(page, monday)
    place = empty_place(page, monday)
    place.press("Enter")
    form = page.get_by_role("form", name="Offer time")
    form.get_by_label("Minutes").fill("7")
    form.get_by_label("Minutes").press("Enter")
    expect(form.get_by_text("5 to 480 minutes").first).to_be_visible()
    expect(form.get_by_label("Minutes")).to_have_value("7")
    expect(page.locator("#grid")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(place).to_be_focused()


@SCRIPTED
def test_a_form_that_cannot_be_reached_is_said(visit: Visit) -> None:
    page, monday = visit("doctor2@example.org"), far_week(23)
    open_week(page, monday)
    asked: list[dict[str, str]] = []

    def cut(route: Route) -> None:
        asked.append(route.request.headers)
        route.abort()

    page.route("**/slots/offer?*", cut)
    empty_place(page, monday).press("Enter")
    expect(page.locator("#messages")).to_contain_text("cannot be reached")
    [headers] = asked
    assert "x-unattended" not in headers


@SCRIPTED
def test_what_stops_a_time_from_being_offered_is_said_in_the_open_form(visit: Visit) -> None:
    page, monday = visit("doctor2@example.org"), far_week(23)
    open_week(page, monday)
    empty_place(page, monday).press("Enter")
    form, told = page.get_by_role("form", name="Offer time"), page.locator("#offer-here .message")
    form.get_by_label("Minutes").fill("45")
    page.route("**/slots", lambda route: route.abort())
    form.get_by_role("button", name="Offer").click()
    expect(told).to_contain_text("cannot be reached")
    page.unroute("**/slots")
    form.locator("[name=csrf_token]").evaluate("(field) => { field.value = 'another'; }")
    form.get_by_role("button", name="Offer").click()
    expect(told).to_contain_text("Please press once more")
    expect(told).to_have_count(1)
    expect(page.locator("#messages")).to_be_empty()
    form.get_by_role("button", name="Offer").click()
    expect(offered(page)).to_contain_text("07:00–07:45")  # noqa: RUF001


@SCRIPTED
def test_a_refused_time_of_a_day_leads_back_to_the_day_once_it_is_right(visit: Visit) -> None:
    page, monday = visit("doctor2@example.org"), far_week(22)
    page.goto(f"/calendar/day?date={monday}")
    form = page.get_by_role("form", name="Offer time")
    for start, minutes in (("07:00", "45"), ("07:30", "30")):
        page.get_by_role("link", name="Offer time").click()
        form.get_by_label("Start").fill(start)
        form.get_by_label("Minutes").fill(minutes)
        form.get_by_role("button", name="Offer").click()
        expect(form.get_by_role("alert").or_(offered(page)).first).to_be_visible()
    expect(form.get_by_role("alert")).to_contain_text("already offer")
    form.get_by_label("Start").fill("08:00")
    form.get_by_role("button", name="Offer").click()
    expect(offered(page)).to_have_count(2)
    expect(page.locator(".grid--day")).to_be_visible()
    assert page.url.endswith(f"/calendar/day?date={monday}")


@SCRIPTED
def test_arrows_choose_start_and_length_in_an_empty_place(visit: Visit) -> None:
    page, monday = visit("doctor2@example.org"), far_week(20)
    open_week(page, monday)
    place = empty_place(page, monday)
    place.focus()
    for key in ("ArrowDown", "ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator("#announcer")).to_have_text("07:30–08:15")  # noqa: RUF001
    page.keyboard.press("Enter")
    form = page.get_by_role("form", name="Offer time")
    expect(form.get_by_label("Start")).to_have_value("07:30")
    expect(form.get_by_label("Minutes")).to_have_value("45")


@SCRIPTED
def test_a_chosen_time_is_written_as_the_column_beside_it_is(visit: Visit) -> None:
    page, monday = visit("doctor2@example.org", locale="ar"), far_week(20)
    open_week(page, monday)
    expect(page.locator(".hours li").first).to_have_text("7:00 ص")
    empty_place(page, monday).focus()
    for key in ("ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(key)
    chosen = "7:15 ص–8:00 ص"  # noqa: RUF001
    expect(page.locator("#announcer")).to_have_text(chosen)
    expect(page.locator(".ghost")).to_have_text(chosen)


@SCRIPTED
def test_letters_turn_the_pages_until_they_are_switched_off(visit: Visit) -> None:
    page, monday = visit("doctor2@example.org"), far_week(21)
    open_week(page, monday)
    page.keyboard.press("n")
    expect(page).to_have_url(f"{origin(page)}/calendar?date={monday + timedelta(days=7)}")
    page.keyboard.press("p")
    expect(page).to_have_url(f"{origin(page)}/calendar?date={monday}")
    page.keyboard.press("m")
    expect(page.locator("table.month")).to_be_visible()
    page.keyboard.press("d")
    expect(page.locator(".grid--day")).to_be_visible()
    page.get_by_text("Keyboard shortcuts").click()
    page.get_by_label("Use these letters").uncheck()
    page.locator("#view-day").focus()
    page.keyboard.press("w")
    page.keyboard.press("m")
    expect(page.locator(".grid--day")).to_be_visible()


@SCRIPTED
def test_a_week_that_could_not_be_shown_leaves_the_address_of_the_week_that_is(
    visit: Visit,
) -> None:
    page, monday = visit("doctor2@example.org"), far_week(21)
    open_week(page, monday)
    here, nowhere = page.url, f"{origin(page)}/gone"
    page.route("**/calendar?date=*", lambda route: route.continue_(url=nowhere))
    page.keyboard.press("n")
    expect(page.locator("#messages [role=alert]")).to_be_visible()
    expect(page).to_have_url(here)


def origin(page: Page) -> str:
    found: str = page.evaluate("location.origin")
    return found


def test_a_month_leads_to_a_day_and_back(visit: Visit) -> None:
    page = visit("doctor@example.org")
    page.locator(f'table.month a[href="{days_ahead(page, ".load")[-1]}"]').click()
    expect(page.locator("h1")).not_to_be_empty()
    expect(offered(page).first).to_be_visible()
    page.get_by_role("link", name="Month").click()
    expect(page.locator("table.month")).to_be_visible()


def test_a_visit_is_marked_and_taken_back_in_the_day(visit: Visit, scripted: bool) -> None:
    page = visit("doctor5@example.org")
    day = a_day_with_a_booking(page)
    visits = page.locator('[data-appointment-id][data-status="booked"]')
    identifier = visits.nth(int(scripted)).get_attribute("data-appointment-id")
    line = page.locator(f'[data-appointment-id="{identifier}"]')
    line.get_by_role("button", name="Arrived").click()
    expect(line).to_have_attribute("data-status", "arrived")
    expect(page.locator("#messages")).to_contain_text("Noted: arrived.")
    line.get_by_role("button", name="Undo").click()
    expect(line).to_have_attribute("data-status", "booked")
    expect(page.locator("#messages")).to_contain_text("no longer marked as arrived")
    assert page.url.endswith(day)


def a_day_with_a_booking(page: Page) -> str:
    """Open a day with several booked times and return its address."""
    address = days_ahead(page, ".f2, .f3, .f4, .f5, .f6")[0]
    page.goto(address)
    return address


def days_ahead(page: Page, marked: str) -> list[str]:
    """Open the month that it will be in a week, and return its days ahead that are marked so."""
    today = clock.now().date()
    page.goto(f"/calendar/month?date={today + timedelta(days=7)}")
    days = page.locator(f"table.month td:not(.outside) a:has({marked})").all()
    addresses = [day.get_attribute("href") or "" for day in days]
    return [address for address in addresses if address.rpartition("=")[2] > str(today)]


def test_a_day_is_printed_as_a_list_of_visits(visit: Visit) -> None:
    page = visit("doctor5@example.org")
    a_day_with_a_booking(page)
    page.emulate_media(media="print")
    expect(page.locator("[data-appointment-id]").first).to_be_visible()
    for hidden in ("header nav", ".calendar__steps", ".hours", ".put a", ".mark"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()


def test_a_week_is_printed_with_one_line_for_each_time(visit: Visit) -> None:
    page = visit("doctor5@example.org")
    a_day_with_a_booking(page)
    page.locator("#view-week").click()
    expect(page.locator("#calendar[data-view=week]")).to_be_visible()
    page.emulate_media(media="print")
    line = page.locator("[data-appointment-id] > a").first
    boxes = [line.locator(part).bounding_box() for part in ("time", "bdi", "i")]
    assert all(boxes)
    time, who, state = (box for box in boxes if box)
    assert time["x"] + time["width"] < who["x"] < who["x"] + who["width"] <= state["x"]
    assert abs(time["y"] - who["y"]) < time["height"] / 2
    assert abs(who["y"] - state["y"]) < who["height"] / 2
    expect(page.get_by_text("Nothing offered").first).to_be_visible()


def test_a_series_that_is_planned_has_its_plan_on_paper(visit: Visit) -> None:
    page = visit("doctor5@example.org")
    page.goto("/slots/series")
    page.emulate_media(media="print")
    chosen = page.locator(".weekday:visible")
    assert chosen.all_inner_texts() == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    for label in ("First day", "Last day", "From", "Until", "Minutes each", "Minutes between"):
        expect(page.get_by_label(label, exact=True)).to_be_visible()
    expect(page.locator("main button:visible")).to_have_count(0)
