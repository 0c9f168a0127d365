"""What the demo clinic's pages weigh and how soon they answer in Chromium: `python -m bench.pages`.

Each page is opened with an empty cache; each fragment is asked for by a click and timed until the
browser shows it.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.places import PLACES, sign_in, signed_in, window
from tests.support.server import Server, running_app
from tests.support.weighing import weigh

_CLICK = """
(selector) => new Promise((resolve) => {
  const began = performance.now();
  document.addEventListener("htmx:afterSettle", () =>
    requestAnimationFrame(() => resolve(performance.now() - began)), { once: true });
  document.querySelector(selector).click();
})
"""
_ROUNDS = 5


def main() -> None:
    """Print a line for each page and fragment."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder), DEMO="1") as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox"],
        )
        show_pages(browser, server)
        show_fragments(browser, server)
        browser.close()


def show_pages(browser: Browser, server: Server) -> None:
    """Print what each page weighs that one address leads to."""
    write(f"{'page':28} {'HTML':>8} {'on the wire':>12} {'first paint':>12} {'shift':>6}")
    places = [one for one in PLACES if not one.clicks and not one.then]
    states = signed_in(browser, server, places)
    for place in places:
        with window(browser, server, states.get(place.person or "")) as page:
            place.reach(page)
            seen = weigh(page)
        write(f"{place!s:28} {seen.html:8} {seen.wire:12} {seen.paint:9.0f} ms {seen.shift:6.3f}")


def show_fragments(browser: Browser, server: Server) -> None:
    """Print how long a patient waits for each fragment: the median of some rounds."""
    waits: dict[str, list[float]] = {}
    for number in range(_ROUNDS):
        with window(browser, server) as page:
            sign_in(page, f"patient{number + 2}@example.org")
            for name, wait in a_patients_clicks(page):
                waits.setdefault(name, []).append(wait)
    for name, took in waits.items():
        write(f"{name:28} {median(took):6.0f} ms")


def a_patients_clicks(page: Page) -> Iterator[tuple[str, float]]:
    """Book, move, cancel and take that back, and tell how long each click took."""
    page.goto("/")
    page.locator("#results h3 a").first.click()
    page.locator("#week a[rel=next]").wait_for()
    yield "the next week", page.evaluate(_CLICK, "#week a[rel=next]")
    page.locator("#week a[data-slot-id]").last.click()
    page.locator("#confirm form").wait_for()
    yield "book", page.evaluate(_CLICK, "#confirm form button[type=submit]")
    page.locator("a[href$='/move']").click()
    page.locator("#choice button[data-slot-id]").first.wait_for()
    yield "move", page.evaluate(_CLICK, "#choice button[data-slot-id]")
    yield "cancel", page.evaluate(_CLICK, "#cancel form button[type=submit]")
    yield "undo", page.evaluate(_CLICK, ".undo button[type=submit]")


def write(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
