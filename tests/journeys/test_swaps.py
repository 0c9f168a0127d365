"""What htmx has put into a page looks as it does where its address is opened."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.support import ways
from tests.support.places import PATIENT

# The title, where the header says that one is, how broad things are, and how each kind of element
# within them is drawn.
LOOK = """() => {
  document.activeElement.blur();
  const drawn = [
    "display", "color", "backgroundColor", "margin", "padding", "border", "borderRadius",
    "boxShadow", "fontSize", "fontWeight", "lineHeight", "whiteSpace", "textAlign",
    "textDecorationLine", "listStyleType", "cursor",
  ];
  const way = document.querySelector(".site-nav [aria-current]")?.textContent;
  const look = { title: document.title, way };
  for (const one of document.querySelectorAll("header > *, main, main > :not(#messages), footer")) {
    look[`breadth of ${one.localName}#${one.id}`] = one.getBoundingClientRect().width;
  }
  for (const one of document.querySelectorAll("main :not(#messages, #messages *)")) {
    const style = getComputedStyle(one);
    const kind = `${one.localName}.${one.className}`;
    look[kind] ??= drawn.map((name) => `${name}: ${style[name]}`).join("; ");
  }
  return look;
}"""


@pytest.fixture
def scripted() -> bool:
    """Nothing is swapped without JavaScript."""
    return True


Act = Callable[[Page], None]


def press(selector: str, result: str) -> Act:
    """Return how to press something, and what is there once the answer has come."""

    def pressed(page: Page) -> None:
        page.locator(selector).first.click()
        page.locator(result).wait_for()

    return pressed


def booked(page: Page) -> None:
    page.locator("#results a[data-slot-id]").first.click()
    ways.booked(page)


def moved(page: Page) -> None:
    page.locator("a[href$='/move']").click()
    page.locator("#choice button[data-slot-id]").last.click()
    page.locator(".ticket").wait_for()


def cancelled(page: Page) -> None:
    page.locator("#cancel summary").click()
    page.locator("#cancel button").click()
    page.locator(".undo").wait_for()


def refused_and_closed(page: Page) -> None:
    ways.refused_in_place(page)
    page.keyboard.press("Escape")
    page.locator("#offer-here form").wait_for(state="detached")


A_DAY = press("#view-day", ".grid--day")
A_WEEK = press("#view-week", "#grid:not(:has(.grid--day))")
A_MONTH = press("#view-month", ".month")
A_TAB = press(".trace-tabs a >> nth=2", ".trace-tabs a:nth-child(3)[aria-current]")


@pytest.mark.parametrize(
    ("person", "start", "acts"),
    [
        ("patient31@example.org", "/", [booked, moved, cancelled]),
        ("doctor@example.org", "/calendar", [refused_and_closed, A_DAY, A_WEEK, A_MONTH]),
        ("desk@example.org", "/desk", [ways.checked_in]),
        ("desk@example.org", "/notifications", [A_TAB]),
    ],
    ids=["appointment", "calendar", "desk", "notifications"],
)
def test_what_is_swapped_in_looks_as_after_a_reload(
    visit: Visit, person: str, start: str, acts: list[Act]
) -> None:
    page = visit(person, reduced_motion="reduce")
    page.goto(start)
    for act in acts:
        act(page)
        # What comes to lie below the pointer looks pressed or touched.
        page.mouse.move(0, 0)
        swapped = page.evaluate(LOOK)
        page.reload()
        opened = page.evaluate(LOOK)
        both = swapped.keys() & opened.keys()
        assert {one: swapped[one] for one in both} == {one: opened[one] for one in both}, act


def test_a_button_that_waits_for_its_answer_does_not_fade(visit: Visit) -> None:
    page = visit()
    page.goto("/styleguide")
    expect(page.locator(".button[disabled]")).to_have_css("opacity", "1")


def test_what_is_typed_stays_where_it_is_when_its_field_is_refused(visit: Visit) -> None:
    page = visit(PATIENT)
    page.goto("/account/password")
    field = page.locator("#current_password")
    before = field.evaluate("(one) => getComputedStyle(one).padding")
    ways.refused_password(page)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_css("padding", before)
