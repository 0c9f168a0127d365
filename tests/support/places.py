"""Every page and state that people see: the list that both the checks and the gallery go through.

A new page or state is a line in `PLACES`. `start` is an address of the demo clinic; `clicks` are
selectors that are clicked one after the other from there; `then` does whatever else it takes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.support import ways

PATIENT, DOCTOR = "patient@example.org", "doctor@example.org"
DESK = "desk@example.org"
CARDIOLOGY = "/?q=cardiology"
A_TIME = "#results a[data-slot-id]"
A_LONG_LIST = "/desk?until=2199-01-01&status=booked"
FACTOR, PARTICULARS = "/account/second-factor", "/account/particulars"


@dataclass(frozen=True)
class Place:
    """A page in one of its states, and the way to it."""

    name: str
    start: str
    person: str | None = None
    clicks: tuple[str, ...] = ()
    then: Callable[[Page], object] | None = None

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


PLACES = (
    Place("find", "/"),
    Place("find-nobody", "/?q=nobody+of+that+name"),
    Place("find-specialty", "/?q=dermatology"),
    Place("sign-in", "/login"),
    Place("register", "/register"),
    Place("forgot", "/forgot"),
    Place("reset-ended", "/reset/of-yesterday"),
    Place("managed", CARDIOLOGY, "patient27@example.org", clicks=(A_TIME,), then=ways.managed),
    Place(
        "managed-moving", "/", "patient28@example.org", clicks=(A_TIME,), then=ways.managed_moving
    ),
    Place("particulars", PARTICULARS, PATIENT),
    Place("password", "/account/password", PATIENT),
    Place("password-refused", "/account/password", PATIENT, then=ways.refused_password),
    Place("second-factor", FACTOR, DOCTOR),
    Place("nothing-here", "/no-such-page"),
    Place("week", "/", clicks=("#results h3 a",)),
    Place("week-empty", "/", clicks=("#results h3 a",), then=ways.far_ahead),
    Place("time", "/", clicks=(A_TIME,)),
    Place("time", "/", PATIENT, clicks=(A_TIME,)),
    Place("booked", CARDIOLOGY, "patient21@example.org", clicks=(A_TIME,), then=ways.booked),
    Place("moving", "/?q=dermatology", "patient22@example.org", clicks=(A_TIME,), then=ways.moving),
    Place(
        "undo", "/?q=paediatrics", "patient23@example.org", clicks=(A_TIME,), then=ways.cancelled
    ),
    Place("lost", "/?q=orthopaedics", "patient24@example.org", clicks=(A_TIME,), then=ways.lost),
    Place("gone", "/?q=gynaecology", "patient25@example.org", clicks=(A_TIME,), then=ways.gone),
    Place("too-long", CARDIOLOGY, "patient26@example.org", clicks=(A_TIME,), then=ways.too_long),
    Place("appointments", "/appointments", PATIENT),
    Place("appointment", "/appointments", PATIENT, clicks=("a[href^='/appointments/']",)),
    Place("calendar", "/calendar", DOCTOR),
    Place("next-week", "/calendar", DOCTOR, then=ways.later),
    Place("withdrawal", "/calendar", DOCTOR, then=ways.to_a_withdrawal),
    Place("withdrawn", "/calendar", DOCTOR, then=ways.withdrawn),
    Place("too-late", "/calendar/day", "doctor4@example.org", then=ways.too_late_to_withdraw),
    Place("day", "/calendar/day", DOCTOR, then=ways.later),
    Place("month", "/calendar/month", DOCTOR),
    Place("form-in-place", "/calendar", DOCTOR, then=ways.form_in_place),
    Place("refused-in-place", "/calendar", DOCTOR, then=ways.refused_in_place),
    Place("offer", "/slots/offer", DOCTOR),
    Place("series", "/slots/series", DOCTOR),
    Place("series-impossible", "/slots/series", DOCTOR, then=ways.impossible_series),
    Place("series-withdrawal", "/calendar", DOCTOR, then=ways.to_a_series),
    Place("series-withdrawn", "/slots/series", DOCTOR, then=ways.withdrawn_series),
    Place("styleguide", "/styleguide"),
    Place("desk", "/desk", DESK),
    Place("desk-search", "/desk?q=patient", DESK),
    Place("desk-without-ticks", "/desk?date=2020-01-01&until=2199-01-01&status=cancelled", DESK),
    Place("away", "/desk", DESK, clicks=("a[href*='/desk/away']",)),
    Place("away-asked", A_LONG_LIST, DESK, then=ways.away),
    Place("book-time", "/desk/book", DESK),
    Place("book-patient", "/desk/book", DESK, clicks=("button[data-slot-id]",)),
    Place("mail", "/mail", ways.ADMIN),
    Place("staff", "/people", ways.ADMIN),
    Place("colleague", "/people", ways.ADMIN, clicks=(".people__name a",)),
    Place("new-colleague", "/people/add", ways.ADMIN),
    Place("audit", "/audit", ways.ADMIN),
    Place("erase", "/account/erase", PATIENT),
    Place("patients", "/patients", ways.ADMIN, then=ways.found_patients),
    Place("erase-patient", "/patients", ways.ADMIN, then=ways.to_erase),
    Place("confirm-ended", "/confirm/of-yesterday"),
    Place("account", "/account", PATIENT),
    Place("recovery-codes", FACTOR, "doctor5@example.org", then=ways.a_factor_added),
    Place("code", FACTOR, "doctor6@example.org", then=ways.asked_for_a_code),
    Place("form-expired", PARTICULARS, PATIENT, then=ways.an_expired_form),
    Place("resume", "/login", then=ways.an_ended_session),
    Place("letter", "/mail", ways.ADMIN, clicks=("main a[href^='/mail/']",)),
    Place("notifications", "/notifications", DESK),
    Place("notification", "/notifications", DESK, clicks=("[data-delivery-id] a",)),
    Place("send-again", "/notifications/resend", DESK),
    Place("paper", "/desk/print", DESK),
    Place("ticked", A_LONG_LIST, DESK, then=ways.too_long_a_reason),
    Place("checked-in", "/desk", DESK, then=ways.checked_in),
)
PEOPLE = frozenset(place.person for place in PLACES if place.person)
