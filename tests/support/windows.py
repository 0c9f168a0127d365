"""Browser windows at the clinic, and people signed in in them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from tests.support.browser_form import token_of
from tests.support.server import PASSWORD, Server

ZONE = "Europe/Berlin"


def sign_in(page: Page, email: str) -> None:
    """Sign in on the sign-in page."""
    page.goto("/login")
    page.locator("main [name=email]").fill(email)
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.locator("form[action='/logout'] button").wait_for()


def let_in(page: Page, email: str) -> None:
    """Sign in as the sign-in page would, without looking at it, and see what comes first."""
    page.goto(_let_in(page.context, email))
    # A page in another zone than assumed loads itself once more: wait, whichever of the two it is.
    page.locator("form[action='/logout'] button").wait_for(state="attached")


def signed_in(browser: Browser, server: Server, people: Iterable[str]) -> dict[str, StorageState]:
    """Sign each person in once, for all of their pages."""
    states: dict[str, StorageState] = {}
    for email in people:
        context = browser.new_context(base_url=server.url, timezone_id=ZONE)
        context.request.get(_let_in(context, email))  # the greeting is read, and greets no page
        states[email] = context.storage_state()
        context.close()
    return states


def _let_in(context: BrowserContext, email: str) -> str:
    """Sign in without a page; return the address of what comes first."""
    ask = context.request
    token = token_of(ask.get("/login").text())
    answer = ask.post(
        "/login",
        form={"email": email, "password": PASSWORD, "csrf_token": token},
        max_redirects=0,
    )
    return answer.headers["location"]


@contextmanager
def window(
    browser: Browser, server: Server, state: StorageState | None = None, locale: str = "en-GB"
) -> Iterator[Page]:
    """Open a browser window at the clinic in which nothing moves; close it after the block."""
    context = browser.new_context(
        base_url=server.url,
        storage_state=state,
        reduced_motion="reduce",
        timezone_id=ZONE,
        locale=locale,
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()
