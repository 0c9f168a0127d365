"""Every page and state that people see: the list that both the checks and the gallery go through.

A new page or state is a line in `PLACES`. `start` is an address of the demo clinic; `clicks` are
selectors that are clicked one after the other from there; `then` does whatever else it takes.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from playwright.sync_api import Browser, Page, StorageState

from tests.support.server import PASSWORD, Server

PATIENT, DOCTOR = "patient@example.org", "doctor@example.org"
DESK, ADMIN = "desk@example.org", "admin@example.org"
ZONE = "Europe/Berlin"
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


def _far_ahead(page: Page) -> None:
    page.goto(page.url.partition("?")[0] + f"?date={date.today() + timedelta(days=200)}")


def _booked(page: Page) -> None:
    page.locator("main textarea").fill("My knee hurts on stairs.")
    page.locator("main form button[type=submit]").click()
    page.locator(".ticket").wait_for()


def _moving(page: Page) -> None:
    _booked(page)
    page.locator("a[href$='/move']").click()
    page.locator("#choice").wait_for()


def _cancelled(page: Page) -> None:
    _booked(page)
    page.locator("#cancel summary").click()
    page.locator("#cancel button").click()
    page.locator(".undo").wait_for()


def _taken(page: Page) -> None:
    """Have somebody else book the time that the page shows."""
    assert page.context.browser
    other = page.context.browser.new_context(base_url=page.url.partition("/slots/")[0])
    faster = other.new_page()
    sign_in(faster, "patient30@example.org")
    faster.goto(page.url)
    faster.locator("main form button[type=submit]").click()
    faster.locator(".ticket").wait_for()
    other.close()


def _lost(page: Page) -> None:
    page.locator("main textarea").fill("My knee hurts on stairs.")
    _taken(page)
    page.locator("main form button[type=submit]").click()
    page.locator("main button[data-slot-id]").first.wait_for()


def _gone(page: Page) -> None:
    _taken(page)
    page.evaluate("htmx.trigger(document.querySelector('[data-watch]'), 'look')")
    page.locator("[data-instead] button").first.wait_for()


def _too_long(page: Page) -> None:
    page.locator("main textarea").fill("x" * 501)
    page.locator("main form button[type=submit]").click()
    page.locator(".field__error").wait_for()


def _managed(page: Page) -> None:
    """Follow the link of the message about what was just booked."""
    _booked(page)
    reference = page.locator(".reference").inner_text()
    assert page.context.browser
    office = page.context.browser.new_context(base_url=page.url.partition("/appointments/")[0])
    reader = office.new_page()
    sign_in(reader, ADMIN)
    letter = ""
    while reference not in letter:
        reader.goto("/mail")
        reader.locator("main a[href^='/mail/']").first.click()
        letter = reader.locator("main").inner_text()
    office.close()
    page.goto(re.findall(r"/manage/[\w-]+", letter)[0])


def _managed_moving(page: Page) -> None:
    _managed(page)
    page.locator("a[href*='/manage/'][href*='date=']").click()
    page.locator("#choice-title").wait_for()


def _refused_password(page: Page) -> None:
    page.locator("#current_password").fill("not it")
    page.locator("#password").fill("password1")
    page.locator("main form button[type=submit]").click()
    page.locator(".field__error").first.wait_for()


def _form_in_place(page: Page) -> None:
    page.locator(".put a").last.press("Enter")
    page.locator("#offer-here form").wait_for()


def _refused_in_place(page: Page) -> None:
    _form_in_place(page)
    page.locator("#slot-minutes").fill("7")
    page.locator("#slot-minutes").press("Enter")
    page.locator(".error-summary").wait_for()


def _impossible_series(page: Page) -> None:
    page.locator("#series-minutes").fill("7")
    page.locator("#outlook ul:not(.outlook__parts)").wait_for()


def _to_a_series(page: Page) -> None:
    _to_a_withdrawal(page)
    page.locator("a[href*='/series/']").click()
    page.wait_for_load_state()


def _found_patients(page: Page) -> None:
    page.locator("#patient-q").fill("patient3")
    page.locator("main form [type=submit]").click()
    page.locator("[data-patient-id]").first.wait_for()


def _to_erase(page: Page) -> None:
    _found_patients(page)
    page.locator("[data-patient-id] a").first.click()
    page.locator("main [name=password]").wait_for()


def _away(page: Page) -> None:
    """Ask about the day of a doctor who has appointments, and leave the reason out."""
    row = page.locator("tr[data-appointment-id]").last
    doctor = row.locator("td").first.inner_text()
    day = (row.get_attribute("data-starts-at") or "")[:10]
    page.goto(f"/desk/away?date={day}")
    page.locator("#doctor").select_option(doctor)
    page.locator("#closing-title").wait_for()
    page.locator("#closing [type=submit].button--danger").click()
    page.locator(".error-summary").wait_for()


PLACES = (
    Place("find", "/"),
    Place("find-nobody", "/?q=nobody+of+that+name"),
    Place("find-specialty", "/?q=dermatology"),
    Place("sign-in", "/login"),
    Place("register", "/register"),
    Place("forgot", "/forgot"),
    Place("reset-ended", "/reset/of-yesterday"),
    Place("managed", "/?q=cardiology", "patient27@example.org", clicks=(A_TIME,), then=_managed),
    Place("managed-moving", "/", "patient28@example.org", clicks=(A_TIME,), then=_managed_moving),
    Place("particulars", "/account/particulars", PATIENT),
    Place("password", "/account/password", PATIENT),
    Place("password-refused", "/account/password", PATIENT, then=_refused_password),
    Place("second-factor", "/account/second-factor", DOCTOR),
    Place("nothing-here", "/no-such-page"),
    Place("week", "/", clicks=("#results h3 a",)),
    Place("week-empty", "/", clicks=("#results h3 a",), then=_far_ahead),
    Place("time", "/", clicks=(A_TIME,)),
    Place("time", "/", PATIENT, clicks=(A_TIME,)),
    Place("booked", "/?q=cardiology", "patient21@example.org", clicks=(A_TIME,), then=_booked),
    Place("moving", "/?q=dermatology", "patient22@example.org", clicks=(A_TIME,), then=_moving),
    Place("undo", "/?q=paediatrics", "patient23@example.org", clicks=(A_TIME,), then=_cancelled),
    Place("lost", "/?q=orthopaedics", "patient24@example.org", clicks=(A_TIME,), then=_lost),
    Place("gone", "/?q=gynaecology", "patient25@example.org", clicks=(A_TIME,), then=_gone),
    Place("too-long", "/?q=cardiology", "patient26@example.org", clicks=(A_TIME,), then=_too_long),
    Place("appointments", "/appointments", PATIENT),
    Place("appointment", "/appointments", PATIENT, clicks=("a[href^='/appointments/']",)),
    Place("calendar", "/calendar", DOCTOR),
    Place("next-week", "/calendar", DOCTOR, clicks=("a[href*='date=']:has-text('→')",)),
    Place("withdrawal", "/calendar", DOCTOR, then=_to_a_withdrawal),
    Place("day", "/calendar/day", DOCTOR, clicks=("#after",)),
    Place("month", "/calendar/month", DOCTOR),
    Place("form-in-place", "/calendar", DOCTOR, then=_form_in_place),
    Place("refused-in-place", "/calendar", DOCTOR, then=_refused_in_place),
    Place("offer", "/slots/offer", DOCTOR),
    Place("series", "/slots/series", DOCTOR),
    Place("series-impossible", "/slots/series", DOCTOR, then=_impossible_series),
    Place("series-withdrawal", "/calendar", DOCTOR, then=_to_a_series),
    Place("styleguide", "/styleguide"),
    Place("desk", "/desk", DESK),
    Place("desk-search", "/desk?q=patient", DESK),
    Place("away", "/desk", DESK, clicks=("a[href*='/desk/away']",)),
    Place("away-asked", "/desk?until=2199-01-01&status=booked", DESK, then=_away),
    Place("book-time", "/desk/book", DESK),
    Place("book-patient", "/desk/book", DESK, clicks=("button[data-slot-id]",)),
    Place("mail", "/mail", ADMIN),
    Place("staff", "/people", ADMIN),
    Place("colleague", "/people", ADMIN, clicks=(".people__name a",)),
    Place("new-colleague", "/people/add", ADMIN),
    Place("audit", "/audit", ADMIN),
    Place("erase", "/account/erase", PATIENT),
    Place("patients", "/patients", ADMIN, then=_found_patients),
    Place("erase-patient", "/patients", ADMIN, then=_to_erase),
    Place("confirm-ended", "/confirm/of-yesterday"),
)


def sign_in(page: Page, email: str) -> None:
    """Sign in on the sign-in page."""
    page.goto("/login")
    page.locator("main [name=email]").fill(email)
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.locator("form[action='/logout'] button").wait_for()


def signed_in(browser: Browser, server: Server, places: Sequence[Place]) -> dict[str, StorageState]:
    """Sign each person of some places in once, for all of their pages."""
    states: dict[str, StorageState] = {}
    for email in {place.person for place in places if place.person}:
        context = browser.new_context(base_url=server.url, timezone_id=ZONE)
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
        timezone_id=ZONE,
        locale=locale,
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()
