"""Every page by machine: no barrier that axe-core knows of, nothing that the policy forbids."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, StorageState, ViewportSize

from domain.languages import LANGUAGES
from tests.support.barriers import ASKED
from tests.support.places import PEOPLE, PLACES, Place
from tests.support.racing import rounds
from tests.support.server import Server
from tests.support.weighing import weigh
from tests.support.windows import signed_in, window

PHONE: ViewportSize = {"width": 360, "height": 800}
TABLET: ViewportSize = {"width": 768, "height": 1024}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
ALL_LOOKS = [(size, scheme) for size in (PHONE, TABLET, DESKTOP) for scheme in SCHEMES]
LOOKS = rounds(full=ALL_LOOKS, short=[(PHONE, SCHEMES[1])])
LOCALES = rounds(full=("en-GB", "ar"), short=("en-GB",))
MOST_HTML = 30_000
# A free time is a button where it is chosen, and reads as a time.
PRESSED_ON_PAPER = """() => {
const read = "textarea, [type=text], [type=email], [type=tel], .on-paper input"
return [...document.querySelectorAll("input, select, textarea, button:not(.slot), .error-summary")]
.filter((one) => one.checkVisibility())
.filter((one) => !one.matches(read) || !one.value)
.map((one) => one.outerHTML)
}
"""


@pytest.fixture(scope="module")
def states(clinic_server: Server, chromium: Browser) -> dict[str, StorageState]:
    return signed_in(chromium, clinic_server, PEOPLE)


def note_missing(answer: Response, missing: list[str]) -> None:
    """Remember a style, script or picture that a page asks for in vain."""
    if answer.status >= 400 and answer.request.resource_type in ("stylesheet", "script", "image"):
        missing.append(answer.url)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_page_has_no_barriers_and_keeps_to_the_policy(
    clinic_server: Server,
    chromium: Browser,
    states: dict[str, StorageState],
    place: Place,
    locale: str,
) -> None:
    with window(chromium, clinic_server, states.get(place.person or ""), locale) as page:
        spoken: list[str] = []
        page.on("console", lambda message: spoken.append(message.text))
        missing: list[str] = []
        page.on("response", lambda answer: note_missing(answer, missing))
        place.reach(page)
        weight = weigh(page)
        print(f"{place}: {weight}")
        assert weight.html < MOST_HTML
        assert weight.wire < 100_000
        # What a click has changed may move, however long the answer took.
        # Less than a twentieth is what a busy machine paints before it has read the whole page; the
        # figure of a quiet one is `bench.pages`.
        assert place.then or weight.shift < 0.05
        stay_printable(page)
        # Read before axe comes: it tries things that the policy forbids.
        assert not missing
        assert not [text for text in spoken if "Content Security Policy" in text]
        for size, scheme in LOOKS:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            check(page, f"{place} at {size['width']} px")
        speak_arabic(page, clinic_server)
        assert weigh(page).html < MOST_HTML
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme=SCHEMES[0])
        look = rounds(full=check, short=keep_to_the_width)
        look(page, f"{place} from right to left")


def stay_printable(page: Page) -> None:
    """Look whether paper says when it was printed, and has nothing to fill in or to press."""
    page.emulate_media(media="print")
    assert page.evaluate(PRESSED_ON_PAPER) == []
    assert page.locator("#printed").is_visible()
    page.emulate_media(media="screen")


def speak_arabic(page: Page, server: Server) -> None:
    """Show the page once more, from right to left."""
    speak("ar", page, server)
    page.goto(page.url)
    assert page.locator("html").get_attribute("dir") == "rtl"


def speak(language: str, page: Page, server: Server) -> None:
    """Choose the language in which pages are shown from now on."""
    page.context.add_cookies([{"name": "language", "value": language, "url": server.url}])


def check(page: Page, what: str) -> None:
    """Look for barriers, and for what is broader than the window."""
    results = Axe().run(page, options=ASKED)
    assert results.violations_count == 0, results.generate_report()
    keep_to_the_width(page, what)


def keep_to_the_width(page: Page, what: str) -> None:
    """Look for what is broader than the window."""
    broad = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not broad, f"{what} scrolls sideways"


@pytest.mark.parametrize(
    "person", [None, "patient@example.org", "doctor@example.org", "desk@example.org"]
)
def test_a_phones_header_keeps_to_two_rows_in_every_language(
    clinic_server: Server, chromium: Browser, states: dict[str, StorageState], person: str | None
) -> None:
    with window(chromium, clinic_server, states[person] if person else None, "en-GB") as page:
        page.set_viewport_size(PHONE)
        for language in LANGUAGES:
            speak(language, page, clinic_server)
            page.goto("/account")
            header = page.locator("header").first.bounding_box()
            assert header
            assert header["height"] < 120, language
