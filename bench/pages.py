"""What the demo clinic's pages weigh and how soon they answer in Chromium: `python -m bench.pages`.

Each page is opened with an empty cache, once more in each other language; each fragment is timed
until the browser shows it. `python -m bench.pages pages` or `fragments` does one of the two.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.fragments import waits_for_fragments
from tests.support.places import PLACES
from tests.support.server import Server, running_app
from tests.support.weighing import weigh
from tests.support.windows import signed_in, window

_LANGUAGES = ("de", "fr", "es", "ar")


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
        if "fragments" not in sys.argv[1:]:
            show_pages(browser, server)
        if "pages" not in sys.argv[1:]:
            show_fragments(browser, server)
        browser.close()


def show_pages(browser: Browser, server: Server) -> None:
    """Print what each page weighs that one address leads to."""
    write(f"{'page':24} {'HTML':>6} {'at most':>12} {'wire':>6} {'painted':>8} {'shift':>6}")
    places = [one for one in PLACES if not one.clicks and not one.then]
    states = signed_in(browser, server, {one.person for one in places if one.person})
    for place in places:
        with window(browser, server, states.get(place.person or "")) as page:
            place.reach(page)
            seen = weigh(page)
            most, language = max(_sizes(page, server))
        html = f"{seen.html:6} {most:9} {language}"
        write(f"{place!s:24} {html} {seen.wire:6} {seen.paint:5.0f} ms {seen.shift:6.3f}")


def _sizes(page: Page, server: Server) -> Iterator[tuple[int, str]]:
    """Yield how many bytes of HTML a page has in each other language."""
    for language in _LANGUAGES:
        page.context.add_cookies([{"name": "language", "value": language, "url": server.url}])
        page.reload()
        yield weigh(page).html, language


def show_fragments(browser: Browser, server: Server) -> None:
    """Print how long each fragment is waited for."""
    for name, wait in waits_for_fragments(browser, server).items():
        write(f"{name:28} {wait:6.0f} ms")


def write(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
