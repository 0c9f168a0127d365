"""Take the pictures of the README from the running app: `make screenshots`."""

import shutil
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

IMAGES = Path(__file__).parent / "images"
sys.path.insert(0, str(IMAGES.parents[1]))

from tests.support.server import Server, running_app
from tests.support.windows import sign_in

SIZE: ViewportSize = {"width": 1280, "height": 900}


def main() -> None:
    """Take one picture of each workplace, in the coming week."""
    IMAGES.mkdir(exist_ok=True)
    monday = date.today() + timedelta(days=7 - date.today().weekday())  # noqa: DTZ011
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder), DEMO="1") as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox"],
        )
        take(browser, server, "doctor", f"/calendar?date={monday}")
        take(browser, server, "desk", f"/desk?date={monday}&until={monday}")
        take(browser, server, "patient", f"{a_doctor(server, browser)}?date={monday}")
        browser.close()


def take(browser: Browser, server: Server, person: str, address: str) -> None:
    """Save what somebody sees at an address."""
    page = opened(browser, server)
    sign_in(page, f"{person}@example.org")
    page.goto(address)
    page.screenshot(path=IMAGES / f"{person}.png")
    page.context.close()


def a_doctor(server: Server, browser: Browser) -> str:
    """Return the address of a doctor's free times."""
    page = opened(browser, server)
    page.goto("/?q=dermatology")
    found = page.locator("main a[href^='/doctors/']").first.get_attribute("href")
    page.context.close()
    return (found or "/").partition("?")[0]


def opened(browser: Browser, server: Server) -> Page:
    """Return a new browser window at the app."""
    context = browser.new_context(
        base_url=server.url, viewport=SIZE, locale="en-GB", timezone_id="Europe/Berlin"
    )
    return context.new_page()


if __name__ == "__main__":
    main()
