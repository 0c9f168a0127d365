"""Every page and state that people see: the list that both the checks and the gallery go through.

A new page or state is a line in `PLACES`. `start` is an address of the demo clinic; `clicks` are
selectors that are clicked one after the other from there; `then` does whatever else it takes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, StorageState

from tests.support.server import PASSWORD, Server

PATIENT, DOCTOR = "patient@example.org", "doctor@example.org"
DESK, ADMIN = "desk@example.org", "admin@example.org"
A_TIME = "#results a[data-slot-id]"


@dataclass(frozen=True)
class Place:
    """A page in one of its states, and the way to it."""

    name: str
    start: str
    person: str | None = None
    clicks: tuple[str, ...] = ()
    then: Callable[[Page], None] | None = None

    def __str__(self) -> str:
        return f"{(self.person or 'anybody').split('@')[0]}-{self.name}"

    def reach(self, page: Page) -> None:
        """Go there."""
        page.goto(self.start)
        for selector in self.clicks:
            page.locator(selector).first.click()
        page.wait_for_load_state()
        if self.then is not None:
            self.then(page)


def _to_a_withdrawal(page: Page) -> None:
    link = page.locator("a[href$='/withdraw']")
    if not link.count():
        page.locator("a[href*='date=']:has-text('→')").first.click()
    link.first.click()
    page.wait_for_load_state()


PLACES = (
    Place("find", "/"),
    Place("find-nobody", "/?q=nobody+of+that+name"),
    Place("sign-in", "/login"),
    Place("register", "/register"),
    Place("nothing-here", "/no-such-page"),
    Place("week", "/", clicks=("#results h3 a",)),
    Place("time", "/", clicks=(A_TIME,)),
    Place("time", "/", PATIENT, clicks=(A_TIME,)),
    Place("appointments", "/appointments", PATIENT),
    Place("appointment", "/appointments", PATIENT, clicks=("a[href^='/appointments/']",)),
    Place("calendar", "/calendar", DOCTOR),
    Place("next-week", "/calendar", DOCTOR, clicks=("a[href*='date=']:has-text('→')",)),
    Place("withdrawal", "/calendar", DOCTOR, then=_to_a_withdrawal),
    Place("desk", "/desk", DESK),
    Place("desk-search", "/desk?q=patient", DESK),
    Place("book-time", "/desk/book", DESK),
    Place("book-patient", "/desk/book", DESK, clicks=("button[data-slot-id]",)),
    Place("mail", "/mail", ADMIN),
)


def sign_in(page: Page, email: str) -> None:
    """Sign in on the sign-in page."""
    page.goto("/login")
    page.locator("main [name=email]").fill(email)
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.locator("form[action='/logout'] button").wait_for()


def signed_in(browser: Browser, server: Server) -> dict[str, StorageState]:
    """Sign each person of the list in once, for all of their pages."""
    states: dict[str, StorageState] = {}
    for email in {place.person for place in PLACES if place.person}:
        context = browser.new_context(base_url=server.url)
        sign_in(context.new_page(), email)
        states[email] = context.storage_state()
        context.close()
    return states


@contextmanager
def window(
    browser: Browser, server: Server, state: StorageState | None = None, locale: str = "en-GB"
) -> Iterator[Page]:
    """Open a browser window at the clinic in which nothing moves; close it after the block."""
    context = browser.new_context(
        base_url=server.url,
        storage_state=state,
        reduced_motion="reduce",
        timezone_id="Europe/Berlin",
        locale=locale,
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()
