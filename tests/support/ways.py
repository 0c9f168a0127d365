"""The ways to states that are not an address and some clicks away: what a person does there."""

import re
from datetime import date, timedelta

import pyotp
from playwright.sync_api import Page

from tests.support.server import PASSWORD
from tests.support.windows import sign_in

ADMIN = "admin@example.org"
REASON = "It has hurt for two weeks, most of all in the evening."
_TOO_LONG = " ".join([REASON] * 10)


def later(page: Page) -> None:
    """Go to the next week or day of a calendar, and wait until it is there."""
    title = page.locator("#calendar-title")
    before = title.inner_text()
    page.locator("#after").click()
    title.filter(has_not_text=before).wait_for()


def to_a_withdrawal(page: Page) -> None:
    link = page.locator("a[href$='/withdraw']")
    if not link.count():
        later(page)
    link.first.click()
    page.wait_for_load_state()


def withdrawn(page: Page) -> None:
    """Withdraw a time, and look at it again."""
    to_a_withdrawal(page)
    _withdraw(page)


def _withdraw(page: Page) -> None:
    address = page.url
    page.locator("#withdraw .button--danger").click()
    page.locator("#calendar").wait_for()
    page.goto(address)


def too_late_to_withdraw(page: Page) -> None:
    """Ask to withdraw a time whose patient has arrived."""
    while not page.locator(".mark--withdraw").count():
        page.goto(page.locator("#after").get_attribute("href") or "")
    line = page.locator("[data-appointment-id]", has=page.locator(".mark--withdraw")).first
    address = line.locator(".mark--withdraw").get_attribute("href") or ""
    whose = line.get_attribute("data-appointment-id")
    line.locator(".mark--arrived").click()
    # A message alone would not do: one that greets stands there before.
    page.locator(f"[data-appointment-id='{whose}'][data-status='arrived']").wait_for()
    page.goto(address)
    page.locator("#withdraw .empty").wait_for()


def far_ahead(page: Page) -> None:
    page.goto(page.url.partition("?")[0] + f"?date={date.today() + timedelta(days=200)}")


def booked(page: Page) -> None:
    page.locator("main textarea").fill(REASON)
    page.locator("main form button[type=submit]").click()
    page.locator(".ticket").wait_for()


def moving(page: Page) -> None:
    booked(page)
    page.locator("a[href$='/move']").click()
    page.locator("#choice").wait_for()


def cancelled(page: Page) -> None:
    booked(page)
    page.locator("#cancel summary").click()
    page.locator("#cancel button").click()
    page.locator(".undo").wait_for()


def taken(page: Page) -> None:
    """Have somebody else book the time that the page shows."""
    assert page.context.browser
    other = page.context.browser.new_context(base_url=page.url.partition("/slots/")[0])
    faster = other.new_page()
    sign_in(faster, "patient30@example.org")
    faster.goto(page.url)
    faster.locator("main form button[type=submit]").click()
    faster.locator(".ticket").wait_for()
    other.close()


def lost(page: Page) -> None:
    page.locator("main textarea").fill(REASON)
    taken(page)
    page.locator("main form button[type=submit]").click()
    page.locator("main button[data-slot-id]").first.wait_for()


def gone(page: Page) -> None:
    taken(page)
    page.evaluate("htmx.trigger(document.querySelector('[data-watch]'), 'look')")
    page.locator("[data-instead] button").first.wait_for()


def too_long(page: Page) -> None:
    page.locator("main textarea").fill(_TOO_LONG)
    page.locator("main form button[type=submit]").click()
    page.locator(".field__error").wait_for()


def managed(page: Page) -> None:
    """Follow the link of the message about what was just booked."""
    booked(page)
    reference = page.locator(".reference").inner_text()
    assert page.context.browser
    office = page.context.browser.new_context(base_url=page.url.partition("/appointments/")[0])
    reader = office.new_page()
    sign_in(reader, ADMIN)
    letter = ""
    while reference not in letter:
        reader.goto("/mail")
        # Reminders of other appointments may have come after it.
        newest = reader.locator("main tr", has_not_text="Reminder").locator("a")
        if newest.count():
            newest.first.click()
            letter = reader.locator("main").inner_text()
    office.close()
    page.goto(re.findall(r"/manage/[\w-]+", letter)[0])


def managed_moving(page: Page) -> None:
    managed(page)
    page.locator("a[href*='/manage/'][href*='date=']").click()
    page.locator("#choice-title").wait_for()


def refused_password(page: Page) -> None:
    page.locator("#current_password").fill("not it")
    page.locator("#password").fill("password1")
    page.locator("main form button[type=submit]").click()
    page.locator(".field__error").first.wait_for()


def form_in_place(page: Page) -> None:
    page.locator(".put a").last.press("Enter")
    page.locator("#offer-here form").wait_for()


def refused_in_place(page: Page) -> None:
    form_in_place(page)
    page.locator("#slot-minutes").fill("7")
    page.locator("#slot-minutes").press("Enter")
    page.locator(".error-summary").wait_for()


def impossible_series(page: Page) -> None:
    page.locator("#series-minutes").fill("7")
    page.locator("#outlook ul:not(.outlook__parts)").wait_for()


def to_a_series(page: Page) -> None:
    to_a_withdrawal(page)
    page.locator("a[href*='/series/']").click()
    page.wait_for_load_state()


def withdrawn_series(page: Page) -> None:
    """Offer a series where nothing is offered yet, withdraw it, and look at it again."""
    page.goto(f"/slots/series?date={date.today() + timedelta(days=200)}")
    page.locator("main form .button--primary").click()
    page.locator("#grid a[href$='/withdraw']").first.click()
    page.locator("a[href*='/series/']").click()
    _withdraw(page)


def found_patients(page: Page) -> None:
    page.locator("#patient-q").fill("patient3")
    page.locator("main form [type=submit]").click()
    page.locator("[data-patient-id]").first.wait_for()


def to_erase(page: Page) -> None:
    found_patients(page)
    page.locator("[data-patient-id] a").first.click()
    page.locator("main [name=password]").wait_for()


def away(page: Page) -> None:
    """Ask about the day of a doctor who has appointments, and leave the reason out."""
    row = page.locator("tr[data-appointment-id]").last
    doctor = row.locator("td").first.inner_text()
    day = (row.get_attribute("data-starts-at") or "")[:10]
    page.goto(f"/desk/away?date={day}")
    page.locator("#doctor").select_option(doctor)
    page.locator("#closing-title").wait_for()
    page.locator("#closing [type=submit].button--danger").click()
    page.locator(".error-summary").wait_for()


def a_factor_added(page: Page) -> str:
    """Add a second factor and return its secret; one that there was is removed first."""
    if not page.locator(".secret-key").count():
        page.locator("#current_password").fill(PASSWORD)
        page.locator("main form button[type=submit]").click()
        page.goto("/account/second-factor")
    secret = page.locator(".secret-key").inner_text()
    page.locator("#code").fill(pyotp.TOTP(secret).now())
    page.locator("#current_password").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.locator(".codes").wait_for()
    return secret


def asked_for_a_code(page: Page) -> None:
    """Sign in again with a second factor."""
    a_factor_added(page)
    page.context.clear_cookies()
    page.goto("/login")
    _type_password(page, "doctor6@example.org")
    page.locator("#code").wait_for()


def an_expired_form(page: Page) -> None:
    """Send a form whose token is no good any more."""
    token = page.locator("main [name=csrf_token]")
    token.evaluate("field => { field.value = 'of yesterday' }")
    _change_name(page)
    page.locator("main form [name=name]").wait_for()


def an_ended_session(page: Page) -> None:
    """Send a form whose session was ended from another browser, and sign in again."""
    who = "patient20@example.org"
    sign_in(page, who)
    page.goto("/account/particulars")
    assert page.context.browser
    other = page.context.browser.new_context(base_url=page.url.partition("/account/")[0])
    elsewhere = other.new_page()
    sign_in(elsewhere, who)
    elsewhere.goto("/account")
    elsewhere.locator(".sessions > form button").click()
    elsewhere.wait_for_load_state()
    other.close()
    _change_name(page)
    _type_password(page, who)
    page.wait_for_url("**/resume")


def _type_password(page: Page, email: str) -> None:
    page.locator("main [name=email]").fill(email)
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()


def _change_name(page: Page) -> None:
    page.locator("#name").fill("Ada Maria Example-Lovelace")
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state()


def too_long_a_reason(page: Page) -> None:
    """Ask to cancel two appointments with more words than fit."""
    for number in range(2):
        page.locator("#desk-form [name=appointment_id]").nth(number).check()
    page.locator("#cancel-many textarea").fill(_TOO_LONG)
    page.locator("#cancel-many button").click()
    page.locator("#cancel-many .field__error").wait_for()


def checked_in(page: Page) -> None:
    """Note that a patient has come, today or on the next day with appointments."""
    while not page.locator("#desk-form [name=arrived]").count():
        page.locator(".desk__steps a").last.click()
        page.locator("#desk-list").wait_for()
    page.locator("#desk-form [name=arrived]").first.click()
    page.locator("#messages button").first.wait_for()
