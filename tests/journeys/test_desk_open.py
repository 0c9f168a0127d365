"""The desk's list while it stays open: time goes by, others work, and the network fails."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.conftest import Visit
from tests.journeys.test_focus import SEEN

ROWS = "tr[data-appointment-id]"
LOOK = "document.dispatchEvent(new Event('visibilitychange'))"
# What the server answers later: the first visit is over, the second has begun.
LATER = """async (clock) => {
  const text = await (await fetch(location.href)).text();
  const list = new DOMParser().parseFromString(text, "text/html").getElementById("desk-list");
  const [first, second, ...others] = list.querySelectorAll("tr[data-appointment-id]");
  const group = (heading, ...rows) => {
    const body = document.createElement("tbody");
    const line = (name) => Object.assign(body.insertRow(), { className: name }).insertCell();
    if (heading === "Next") line("now").innerHTML = `<time>${clock}</time>`;
    line("group").textContent = heading;
    body.append(...rows);
    return body;
  };
  for (const body of list.querySelectorAll("tbody")) body.remove();
  const groups = [group("Now", second), group("Next", ...others), group("Earlier", first)];
  list.querySelector("table").append(...groups);
  list.dataset.seen = `seen at ${clock}`;
  return list.outerHTML;
}"""
ORDER = """() => Array.from(
  document.querySelectorAll("tr.now, tr.group, tr[data-appointment-id]"),
  (row) => row.dataset.appointmentId ?? row.textContent,
)"""

# What the server answers once the last of the list has gone.
SHORTER = """async () => {
  const text = await (await fetch(location.href)).text();
  const list = new DOMParser().parseFromString(text, "text/html").getElementById("desk-list");
  [...list.querySelectorAll("tr[data-appointment-id]")].at(-1).remove();
  return list.outerHTML;
}"""

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
# What a pointer would press there.
THERE = "([x, y]) => document.elementFromPoint(x, y).name"
SHOW = "The list has changed: show it"


@pytest.fixture
def scripted() -> bool:
    """Without a script, a page is as new as when it was loaded."""
    return True


@pytest.fixture
def page(visit: Visit) -> Page:
    page = visit("desk@example.org")
    page.goto("/desk?until=2199-01-01&status=booked")
    return page


def look(page: Page, html: str) -> str:
    """Let the page look for what is new, answer it, and return what it had seen before."""

    def answer(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html")

    page.route("**/desk/changes?*", answer)
    with page.expect_response("**/desk/changes?*") as asked:
        page.evaluate(LOOK)
    return asked.value.url


@pytest.mark.parametrize("held", [True, False], ids=["in-hand", "free"])
def test_visits_move_to_their_group_as_time_goes_by(page: Page, *, held: bool) -> None:
    first, second, *others = [
        row.get_attribute("data-appointment-id") for row in page.locator(ROWS).all()
    ]
    box = page.locator(f'[data-appointment-id="{first}"]').get_by_role("checkbox")
    if held:
        box.focus()
        page.keyboard.press("Space")
    look(page, page.evaluate(LATER, "11:00"))
    expect(page.locator("#announcer")).to_have_text("The list has changed.")
    grouped = ["Now", second, "11:00", "Next", *others, "Earlier", first]
    assert page.evaluate(ORDER) == grouped
    if held:
        expect(box).to_be_focused()
        expect(box).to_be_checked()
    page.evaluate("document.getElementById('announcer').textContent = ''")
    assert "seen=seen+at+11" in look(page, page.evaluate(LATER, "11:01"))
    expect(page.locator("tr.now")).to_have_text("11:01")
    expect(page.locator("#announcer")).to_have_text("")
    expect(box).to_be_checked(checked=held)
    box.set_checked(not held)
    expect(page.locator("#desk-form")).to_have_count(1)


def test_a_patient_who_is_called_otherwise_now_is_so_in_the_list(page: Page) -> None:
    name = page.locator(f"{ROWS} th a").first.inner_text()
    html: str = page.evaluate("async () => (await fetch(location.href)).text()")
    look(page, html.replace(name, "Grace Renamed"))
    expect(page.locator(f"{ROWS} th a").first).to_have_text("Grace Renamed")
    arrived = page.locator(ROWS).first.get_by_role("button", name="Arrived")
    expect(arrived).to_have_attribute("aria-label", "Arrived: Grace Renamed")


def test_details_that_cannot_be_reached_are_said_and_leave_no_empty_line(page: Page) -> None:
    asked: list[dict[str, str]] = []

    def cut(route: Route) -> None:
        asked.append(route.request.headers)
        route.abort()

    details = re.compile(r"/desk/\w{3}-\w{3}$")
    page.route(details, cut)
    name = page.locator(f"{ROWS} th a").first
    name.click()
    expect(page.locator("#messages")).to_contain_text("cannot be reached")
    expect(name).to_have_attribute("aria-expanded", "false")
    expect(page.locator("tr.more")).to_have_count(0)
    [headers] = asked
    assert "x-unattended" not in headers
    page.unroute(details)
    name.click()
    expect(page.locator("tr.more dl")).to_be_visible()


def same_row(page: Page, row: Locator) -> Locator:
    """Return the row of the same appointment in another window."""
    return page.locator(f'[data-appointment-id="{row.get_attribute("data-appointment-id")}"]')


def test_a_list_in_hand_shows_what_changes_and_offers_what_comes(page: Page, visit: Visit) -> None:
    other = visit("desk@example.org")
    free = first_free(other)
    page.goto(f"/desk?date={(free.get_attribute('data-starts-at') or '')[:10]}")
    booked = page.locator(f"{ROWS}[data-status=booked]")
    ticked, unfolded, theirs = (same_row(page, booked.nth(number)) for number in range(3))
    ticked.get_by_role("checkbox").check()
    unfolded.locator("th a").click()
    expect(page.locator("tr.more dl")).to_be_visible()
    book_for(other, free, "Nele Newcomer")
    other.goto(page.url)
    same_row(other, theirs).get_by_role("button", name="Arrived").click()
    expect(other.locator("#messages")).to_contain_text("arrived")
    page.evaluate(LOOK)
    expect(theirs).to_have_attribute("data-status", "arrived")
    expect(page.locator("#announcer")).to_have_text(SHOW)
    newcomer = page.locator(ROWS, has_text="Nele Newcomer")
    expect(newcomer).to_have_count(0)
    counts = other.locator("#desk-counts").inner_text()
    assert page.locator("#desk-counts").inner_text() == counts
    page.get_by_role("button", name=SHOW).press("Enter")
    expect(newcomer).to_be_visible()
    expect(page.locator("#desk-title")).to_be_focused()
    expect(page.locator("tr.more dl")).to_be_visible()
    expect(ticked.get_by_role("checkbox")).to_be_checked()
    expect(page.get_by_role("button", name=SHOW)).to_have_count(0)


def first_free(page: Page) -> Locator:
    page.goto("/desk/book")
    return page.locator("button[data-slot-id]").first


def book_for(page: Page, free: Locator, name: str) -> None:
    """Book a free time for somebody new."""
    free.click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("E-mail address", exact=True).fill("newcomer@example.org")
    page.get_by_role("button", name=re.compile("^Book ")).first.click()
    expect(page.locator("#messages")).to_contain_text("Booked")


def test_a_double_click_notes_one_thing(page: Page) -> None:
    row = same_row(page, page.locator(ROWS).nth(20))
    x, y = middle_of(row.get_by_role("button", name="Arrived"))
    notes: list[str] = []
    page.on("request", lambda sent: notes.append(sent.url) if sent.method == "POST" else None)
    page.clock.set_fixed_time(NOON)
    page.mouse.click(x, y)
    expect(row).to_have_attribute("data-status", "arrived")
    assert page.evaluate(THERE, [x, y]) == "completed"
    page.clock.set_fixed_time(NOON + timedelta(milliseconds=450))
    page.mouse.click(x, y)
    row.get_by_role("button", name="Undo").click()  # elsewhere one may press at once
    expect(row).to_have_attribute("data-status", "booked")
    assert len(notes) == 2
    page.mouse.click(x, y)
    expect(row).to_have_attribute("data-status", "arrived")


def middle_of(button: Locator) -> tuple[float, float]:
    """Return where a pointer has to be to press it."""
    button.evaluate("button => button.scrollIntoView({ block: 'center' })")
    box = button.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_what_goes_from_a_list_in_hand_stays_until_somebody_asks(page: Page, visit: Visit) -> None:
    first, theirs = (same_row(page, page.locator(ROWS).nth(number)) for number in (0, 1))
    before = page.evaluate(ORDER)
    first.get_by_role("checkbox").focus()
    other = visit("desk@example.org")
    other.goto(page.url)
    same_row(other, theirs).get_by_role("button", name="Missed").click()
    expect(other.locator("#messages")).to_contain_text("missed")
    page.evaluate(LOOK)
    expect(page.get_by_role("button", name=SHOW)).to_be_visible()
    assert page.evaluate(ORDER) == before
    expect(first.get_by_role("checkbox")).to_be_focused()
    page.get_by_role("button", name=SHOW).click()
    expect(theirs).to_have_count(0)


def test_undo_and_filters_leave_what_is_begun_for_others(page: Page) -> None:
    one, next_one = (same_row(page, page.locator(ROWS).nth(number)) for number in (0, 1))
    reason = page.locator("#cancel-reason")
    cancel_for(page, one, "She telephoned.")
    expect(page.locator("#messages")).to_contain_text("1 appointment cancelled.")
    expect(reason).to_have_value("")
    next_one.get_by_role("checkbox").check()
    reason.fill("The doctor is ill.")
    page.get_by_role("button", name="Undo").click()
    expect(one).to_have_attribute("data-status", "booked")
    expect(page.locator("#messages")).to_contain_text("1 appointment stands again.")
    expect(one.locator("td:focus")).to_have_count(1)
    expect(next_one.get_by_role("checkbox")).to_be_checked()
    expect(one.get_by_role("checkbox")).not_to_be_checked()
    search = page.get_by_label("Name, e-mail or reference")
    search.fill("nobody of that name")
    expect(page.locator(ROWS)).to_have_count(0)
    expect(page.locator("#announcer")).to_have_text("No appointments found")
    expect(reason).to_be_hidden()
    search.fill("")
    expect(reason).to_be_visible()
    expect(reason).to_have_value("The doctor is ill.")
    cancel_for(page, next_one, "The doctor is ill.")
    expect(page.locator("#messages")).to_contain_text("1 appointment cancelled.")
    expect(reason).to_have_value("")


def test_what_is_cancelled_stays_in_its_place_and_leaves_all_else_alone(page: Page) -> None:
    rows = [same_row(page, page.locator(ROWS).nth(number)) for number in range(4)]
    before = page.evaluate(ORDER)
    rows[0].locator("th a").click()
    expect(page.locator("tr.more dl")).to_be_visible()
    rows[1].get_by_role("checkbox").check()
    page.evaluate("document.querySelectorAll('tr[data-status]')[3].dataset.touched = 'no'")
    cancel_for(page, rows[2], "The doctor is ill.")
    expect(page.locator("#messages")).to_contain_text("2 appointments cancelled.")
    for row, status in zip(rows, ("booked", "cancelled", "cancelled", "booked"), strict=True):
        expect(row).to_have_attribute("data-status", status)
    assert page.evaluate(ORDER) == before
    expect(rows[1].locator("td:focus")).to_have_text("Cancelled")
    expect(rows[3]).to_have_attribute("data-touched", "no")
    expect(page.locator("tr.more dl")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#messages")).to_contain_text("2 appointments stand again.")
    for row in rows:
        expect(row).to_have_attribute("data-status", "booked")
    arrived = rows[2].get_by_role("button", name="Arrived")
    expect(arrived).to_have_attribute("aria-label", re.compile("^Arrived: "))


def test_what_was_cancelled_is_told_and_undone_in_a_list_that_was_filtered_meanwhile(
    page: Page,
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/desk/cancel", hold)
    one = same_row(page, page.locator(ROWS).first)
    cancel_for(page, one, "She telephoned.")
    search = page.get_by_label("Name, e-mail or reference")
    search.fill("nobody of that name")
    expect(page.locator(ROWS)).to_have_count(0)
    held[0].continue_()
    expect(page.locator("#messages")).to_contain_text("1 appointment cancelled.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#messages")).to_contain_text("1 appointment stands again.")
    search.fill("")
    expect(one).to_have_attribute("data-status", "booked")


def test_a_refusal_ends_with_the_list_that_it_was_about(page: Page) -> None:
    reason, refusal = page.locator("#cancel-reason"), page.locator("#desk-form .error-summary")
    page.locator(ROWS).first.get_by_role("checkbox").check()
    page.get_by_role("button", name="Cancel them").click()
    expect(refusal).to_be_visible()
    expect(reason).to_have_attribute("aria-invalid", "true")
    search = page.get_by_label("Name, e-mail or reference")
    search.fill("nobody of that name")
    expect(page.locator(ROWS)).to_have_count(0)
    expect(page.locator("#cancel-many")).to_be_hidden()
    search.fill("")
    expect(reason).to_be_visible()
    expect(refusal).to_have_count(0)
    expect(page.locator("#cancel-many .field__error")).to_have_count(0)
    expect(reason).not_to_have_attribute("aria-invalid", "true")
    expect(reason).to_have_accessible_description("The patients read it in their e-mail.")


def cancel_for(page: Page, row: Locator, reason: str) -> None:
    """Tick a row and cancel it."""
    row.get_by_role("checkbox").check()
    page.locator("#cancel-reason").fill(reason)
    page.get_by_role("button", name="Cancel them").click()


def test_what_offers_the_list_covers_nothing_that_has_the_focus(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 320})
    page.locator(ROWS).first.get_by_role("checkbox").check()
    look(page, page.evaluate(SHORTER))
    expect(page.get_by_role("button", name=SHOW)).to_be_visible()
    page.locator("footer button").last.focus()
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(SEEN), page.evaluate("document.activeElement.outerHTML")
