"""Take a picture of every page in every width and mode: `make gallery`.

The pages are those of `tests/support/places.py`. `ONLY=patient` takes those alone whose name has
that word in it.
"""

import os
import shutil
import sys
import tempfile
from html import escape
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.places import PLACES, Place
from tests.support.server import Server, running_app
from tests.support.windows import signed_in, window

GALLERY = ROOT / "var" / "gallery"
WIDTHS = (360, 768, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LOCALES = ("en-GB", "ar")
# Something lies over the page or sticks to the window: true is only as much as a window shows.
COVERED = "document.querySelector(':modal, [name=appointment_id]:checked') !== null"


def main() -> None:
    """Fill the folder with pictures, and a page that shows them side by side."""
    GALLERY.mkdir(parents=True, exist_ok=True)
    only = os.environ.get("ONLY", "")
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder), DEMO="1") as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox"],
        )
        places = [one for one in PLACES if only in str(one)]
        states = signed_in(browser, server, {one.person for one in places if one.person})
        for place in places:
            visit(browser, server, place, states.get(place.person or ""))
        browser.close()
    show_all()
    print(f"Look at {GALLERY.relative_to(ROOT)}/index.html")  # noqa: T201 - it is a command


def visit(browser: Browser, server: Server, place: Place, state: StorageState | None) -> None:
    """Take all pictures of one place."""
    for locale in LOCALES:
        with window(browser, server, state, locale=locale) as page:
            place.reach(page)
            leave(page)
            for width, scheme in product(WIDTHS, SCHEMES):
                take(page, f"{place}-{locale}-{width}-{scheme}", width, scheme)
            page.emulate_media(media="print", color_scheme="light")
            page.screenshot(path=GALLERY / f"{place}-{locale}-print.png", full_page=True)


def leave(page: Page) -> None:
    """Leave what was clicked last, which would look as if it were pressed."""
    page.mouse.move(0, 0)
    page.evaluate("document.querySelector('.button:focus:not(:focus-visible)')?.blur()")


def take(page: Page, name: str, width: int, scheme: Literal["light", "dark"]) -> None:
    """Take one picture of the whole page."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    # From the top: a message that sticks to the window would lie across the page.
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=GALLERY / f"{name}.png", full_page=not page.evaluate(COVERED))


def show_all() -> None:
    """Write the page that shows all pictures."""
    pictures = (
        f'<figure><a href="{name}"><img src="{name}" loading="lazy" height="400" alt=""></a>'
        f"<figcaption>{name}</figcaption></figure>"
        for name in (escape(path.name) for path in sorted(GALLERY.glob("*.png")))
    )
    (GALLERY / "index.html").write_text(
        "<!doctype html><meta charset=utf-8><title>Gallery</title>"
        "<style>body{display:flex;flex-wrap:wrap;font:14px system-ui}figure{margin:8px}</style>"
        + "\n".join(pictures)
    )


if __name__ == "__main__":
    main()
