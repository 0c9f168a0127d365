"""How soon a fragment is shown in Chromium, from the click or the last sign typed."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from statistics import median

from playwright.sync_api import Browser, Page

from domain import clock
from tests.support.places import A_LONG_LIST, DESK, DOCTOR
from tests.support.server import Server
from tests.support.windows import sign_in, window

_ROUNDS = 5
_SATURDAY = 5
_SHOWN = """
  document.addEventListener("htmx:afterSettle", () =>
    requestAnimationFrame(() => resolve(performance.now() - began)), { once: true });
"""
_CLICK = f"""
(selector) => new Promise((resolve) => {{
  const pressed = document.querySelector(selector);
  // As a finger or a mouse does.
  pressed.focus();
  const began = performance.now();
  {_SHOWN}
  pressed.click();
}})
"""
# What follows typing waits until one pauses; that pause is no wait for an answer.
_CHANGE = f"""
([selector, value]) => new Promise((resolve) => {{
  let began;
  const sent = () => {{ began = performance.now(); }};
  document.addEventListener("htmx:beforeRequest", sent, {{ once: true }});
  {_SHOWN}
  const field = document.querySelector(selector);
  field.value = value;
  for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, {{ bubbles: true }}));
}})
"""
Waits = Iterator[tuple[str, float]]


def waits_for_fragments(browser: Browser, server: Server) -> dict[str, float]:
    """Return the median of some rounds for each fragment, in milliseconds."""
    waits: dict[str, list[float]] = {}
    for number in range(_ROUNDS):
        with window(browser, server) as page:
            sign_in(page, f"patient{number + 2}@example.org")
            _note(waits, _a_patients(page))
    for person, clicks in ((DOCTOR, _a_doctors), (DESK, _the_desks)):
        with window(browser, server) as page:
            sign_in(page, person)
            for _ in range(_ROUNDS):
                _note(waits, clicks(page))
    return {name: median(took) for name, took in waits.items()}


def _note(waits: dict[str, list[float]], found: Waits) -> None:
    for name, wait in found:
        waits.setdefault(name, []).append(wait)


def _a_patients(page: Page) -> Waits:
    """Find, book, move, cancel and take that back."""
    page.goto("/")
    yield "find: results", page.evaluate(_CHANGE, ["#q", "gen"])
    page.goto("/")
    page.locator("#results h3 a").first.click()
    page.locator("#week a[rel=next]").wait_for()
    yield "week: the next one", page.evaluate(_CLICK, "#week a[rel=next]")
    page.locator("#week a[data-slot-id]").last.click()
    page.locator("#confirm form").wait_for()
    yield "time: book", page.evaluate(_CLICK, "#confirm form button[type=submit]")
    page.locator("a[href$='/move']").click()
    page.locator("#choice button[data-slot-id]").first.wait_for()
    yield "appointment: move", page.evaluate(_CLICK, "#choice button[data-slot-id]")
    yield "appointment: cancel", page.evaluate(_CLICK, "#cancel form button[type=submit]")
    yield "appointment: undo", page.evaluate(_CLICK, ".undo button[type=submit]")


def _a_doctors(page: Page) -> Waits:
    """Turn the pages of the calendar, and see what a series would be."""
    page.goto("/calendar")
    yield "calendar: the next week", page.evaluate(_CLICK, "#after")
    yield "calendar: the day", page.evaluate(_CLICK, "#view-day")
    yield "calendar: the month", page.evaluate(_CLICK, "#view-month")
    page.goto("/slots/series")
    yield "series: preview", page.evaluate(_CHANGE, ["#series-minutes", "20"])


def _the_desks(page: Page) -> Waits:
    """Note, take that back, search, cancel, and ask what a doctor's absence affects."""
    page.goto(A_LONG_LIST)
    yield "desk: noted", page.evaluate(_CLICK, "tr[data-status=booked] button[name=arrived]")
    yield "desk: undo", page.evaluate(_CLICK, "[data-undo] button")
    for name, address in (
        ("a day", f"/desk?date={_next_working_day()}"),
        ("all dates", A_LONG_LIST),
    ):
        page.goto(address)
        yield f"desk, {name}: search", page.evaluate(_CHANGE, ["#q", "a"])
        page.goto(address)
        page.locator("[name=appointment_id]").last.check()
        page.locator("#cancel-reason").fill("The doctor is ill.")
        yield f"desk, {name}: cancel", page.evaluate(_CLICK, ".cancel-many .button--danger")
    page.goto("/desk/away?until=")
    doctor = page.locator("#doctor option").nth(1).get_attribute("value")
    yield "away: who is booked", page.evaluate(_CHANGE, ["#doctor", doctor])


def _next_working_day() -> date:
    """Return a day of which the demo clinic has many appointments ahead."""
    days = (clock.now().date() + timedelta(days=number) for number in count(1))
    return next(day for day in days if day.weekday() < _SATURDAY)
