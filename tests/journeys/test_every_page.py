"""Every page by machine: no barrier that axe-core knows of, nothing that the policy forbids."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response

from tests.journeys.conftest import sign_in
from tests.support.racing import rounds
from tests.support.server import Server

PAGES = [
    (None, "/"),
    (None, "/?q=nobody+of+that+name"),
    (None, "/login"),
    (None, "/register"),
    (None, "/no-such-page"),
    (None, "first doctor"),
    (None, "first time"),
    ("patient@example.org", "first time"),
    ("patient@example.org", "/appointments"),
    ("patient@example.org", "first appointment"),
    ("doctor@example.org", "/calendar"),
    ("doctor@example.org", "next week"),
    ("doctor@example.org", "first withdrawal"),
    ("desk@example.org", "/desk"),
    ("desk@example.org", "/desk?q=patient"),
    ("desk@example.org", "/desk/book"),
    ("desk@example.org", "first booking"),
    ("admin@example.org", "/mail"),
]
LINKS = {
    "first doctor": ("/", "#results h3 a"),
    "first time": ("/", "#results a[data-slot-id]"),
    "first appointment": ("/appointments", "a[href^='/appointments/']"),
    "next week": ("/calendar", "a[href*='date=']:has-text('→')"),
    "first withdrawal": ("/calendar", "a[href$='/withdraw']"),
    "first booking": ("/desk/book", "button[data-slot-id]"),
}
PHONE, DESKTOP = (360, 800), (1280, 900)
ALL_LOOKS = [(size, scheme) for size in (PHONE, DESKTOP) for scheme in ("light", "dark")]
# Axe would load the stylesheets once more, and look for an imported one where it is not.
WITHOUT_LOADING = {"preload": False}
LOOKS = rounds(full=ALL_LOOKS, short=[(PHONE, "light"), (DESKTOP, "dark")])


def ids(page: tuple[str | None, str]) -> str:
    return f"{(page[0] or 'anybody').split('@')[0]} {page[1]}"


@pytest.fixture(scope="module")
def states(clinic_server: Server, chromium: Browser) -> dict[str, object]:
    """Sign each person in once for all pages."""
    found: dict[str, object] = {}
    for email in {person for person, _ in PAGES if person}:
        context = chromium.new_context(base_url=clinic_server.url)
        sign_in(context.new_page(), email)
        found[email] = context.storage_state()
        context.close()
    return found


def note_missing(answer: Response, missing: list[str]) -> None:
    """Remember a style, script or picture that a page asks for in vain."""
    if answer.status >= 400 and answer.request.resource_type != "document":
        missing.append(answer.url)


def opened(page: Page, wanted: str) -> None:
    """Open an address, or follow a link that leads to what is wanted."""
    start, link = LINKS.get(wanted, (wanted, None))
    page.goto(start)
    if wanted == "first withdrawal" and not page.locator(str(link)).count():
        page.locator(LINKS["next week"][1]).first.click()
    if link:
        page.locator(link).first.click()
    page.wait_for_load_state()


@pytest.mark.parametrize("person_and_page", PAGES, ids=ids)
def test_a_page_has_no_barriers_and_keeps_to_the_policy(
    clinic_server: Server,
    chromium: Browser,
    states: dict[str, object],
    person_and_page: tuple[str | None, str],
) -> None:
    person, wanted = person_and_page
    context = chromium.new_context(
        base_url=clinic_server.url, reduced_motion="reduce", storage_state=states.get(person or "")
    )
    page = context.new_page()
    spoken: list[str] = []
    page.on("console", lambda message: spoken.append(message.text))
    missing: list[str] = []
    page.on("response", lambda answer: note_missing(answer, missing))
    opened(page, wanted)
    # Read before axe comes: it tries things that the policy forbids.
    assert not missing
    assert not [text for text in spoken if "Content Security Policy" in text]
    for (width, height), scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        results = Axe().run(page, options=WITHOUT_LOADING)
        assert results.violations_count == 0, results.generate_report()
        broad = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not broad, f"{wanted} scrolls sideways at {width} px"
    context.close()
