"""A reader in New York looks at a practice in Berlin, around each change of either clock."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from playwright.sync_api import Page, expect

from domain import clock
from tests.journeys.conftest import Visit
from tests.support.browser_form import Visitor
from tests.support.demo import MoveIn
from tests.support.server import Server, running_app
from tests.support.waiting import eventually

DAYS_AROUND = (-8, -1, 0, 6)  # weekends: the demo clinic offers none of its own


def sunday(year: int, month: int, number: int) -> date:
    """Return the first (1), second (2) … or last (-1) Sunday of a month."""
    first = date(year, month, 1)
    days = [first + timedelta(days=offset) for offset in range(31)]
    found = [day for day in days if day.month == month and day.weekday() == 6]
    return found[number if number < 0 else number - 1]


def american(year: int) -> tuple[date, date]:
    return sunday(year, 3, 2), sunday(year, 11, 1)


def european(year: int) -> tuple[date, date]:
    return sunday(year, 3, -1), sunday(year, 10, -1)


def new_york_at_nine(day: date) -> str:
    """Return what a clock in New York shows when one in Berlin shows 09:00."""
    (spring_there, autumn_there), (spring_here, autumn_here) = (
        american(day.year),
        european(day.year),
    )
    near = spring_there <= day < spring_here or autumn_here <= day < autumn_there
    return "04:00" if near else "03:00"


def changes_ahead() -> list[date]:
    today = clock.now().date()
    all_of_them = [
        day for year in (today.year, today.year + 1) for day in (*american(year), *european(year))
    ]
    return sorted(day for day in all_of_them if 10 < (day - today).days <= 376)


@pytest.fixture(scope="module")
def clinic_server(tmp_path_factory: pytest.TempPathFactory, move_in: MoveIn) -> Iterator[Server]:
    """The demo clinic, bookable beyond the next four changes of clocks."""
    folder = move_in(tmp_path_factory.mktemp("clinic"))
    with running_app(folder, DEMO="1", BOOKING_HORIZON="P400D") as server:
        yield server


@pytest.fixture
def scripted() -> bool:
    return True


@pytest.fixture(scope="module")
def days(clinic_server: Server) -> list[date]:
    """Days around each change, on all of which a doctor offers 09:00."""
    doctor = Visitor(clinic_server.url).sign_in("doctor@example.org")
    found = sorted({turn + timedelta(days=by) for turn in changes_ahead() for by in DAYS_AROUND})
    for day in found:
        answer = doctor.post("/slots", date=day.isoformat(), start="09:00", minutes=30)
        assert answer.status_code == 303, answer.text
    doctor.close()
    return found


def week_of(page: Page, day: date) -> None:
    """Open the doctor's free times in the week of a day."""
    page.goto("/")
    way = page.locator("#results h3 a", has_text="Okafor").get_attribute("href")
    page.goto(f"{way}?date={day}")


def long_words(day: date) -> re.Pattern[str]:
    """Match a day in words; with a comma, where the year is said as well."""
    return re.compile(f"{day:%A},? {day.day} {day:%B}")


def test_both_times_are_right_around_each_change(visit: Visit, days: list[date]) -> None:
    page = visit("patient20@example.org", timezone_id="America/New_York")
    shown = set()
    for day in days:
        week_of(page, day)
        expect(page.locator("#week")).to_contain_text("Times are in New York time.")
        free = page.locator("#week a.slot", has_text="09:00 Berlin time")
        slot = free.and_(page.locator(f'[data-starts-at^="{day}"]'))
        expect(slot.locator("time")).to_have_text(new_york_at_nine(day))
        slot.click()
        when = page.locator("dl .when")
        expect(when).to_contain_text(long_words(day))
        expect(when).to_contain_text(f", {new_york_at_nine(day)}")
        expect(when).to_contain_text("New York time")
        expect(page.locator(".when__practice")).to_contain_text(", 09:00 Berlin time")
        shown.add(new_york_at_nine(day))
    assert len(days) > 10
    assert shown == {"03:00", "04:00"}


def test_the_booking_says_both_and_the_mail_the_practices(
    visit: Visit, days: list[date], clinic_server: Server
) -> None:
    page = visit("patient21@example.org", timezone_id="America/New_York")
    day = next(day for day in days if new_york_at_nine(day) == "04:00")
    week_of(page, day)
    page.locator(f'#week a.slot[data-starts-at^="{day}"]', has_text="09:00 Berlin").click()
    page.get_by_role("button", name="Book").click()
    ticket = page.locator("[data-appointment-id]")
    expect(ticket.locator(".ticket__when")).to_contain_text(", 04:00")
    expect(ticket.locator(".when__practice")).to_contain_text(", 09:00 Berlin time")
    reference = page.locator(".reference").inner_text()
    mail = eventually(lambda: mail_about(clinic_server, reference))
    assert "09:00 (Berlin time, C" in mail
    assert f"DTSTART;TZID=Europe/Berlin:{day:%Y%m%d}T090000" in mail


def mail_about(server: Server, reference: str) -> str | None:
    """Return the readable parts of the e-mail about an appointment, once it is written."""
    for file in server.mail_folder.glob("*.eml"):
        message = message_from_bytes(file.read_bytes(), policy=default)
        parts = [
            part.get_content() for part in message.walk() if part.get_content_maintype() == "text"
        ]
        if reference in "".join(parts):
            return "".join(parts)
    return None


def test_the_very_first_page_is_already_in_the_readers_zone(visit: Visit) -> None:
    page = visit(timezone_id="America/New_York")
    page.goto("/")
    expect(page.locator("footer")).to_contain_text("You see New York time (America/New_York).")
    expect(page.locator("#results a.slot").first).to_contain_text("Berlin time")
    [cookie] = [one for one in page.context.cookies() if one["name"] == "timezone"]
    assert (cookie["value"], cookie["sameSite"]) == ("America/New_York", "Lax")


def test_without_script_the_practices_time_is_shown_and_named(visit: Visit) -> None:
    page = visit(timezone_id="America/New_York", java_script_enabled=False)
    page.goto("/")
    expect(page.locator("footer")).to_contain_text("The practice keeps Berlin time")
    expect(page.locator("footer")).not_to_contain_text("New York")
    expect(page.locator("#results a.slot").first).not_to_contain_text("Berlin time")


def test_a_browser_that_keeps_no_cookie_is_not_sent_in_circles(visit: Visit) -> None:
    page = visit(timezone_id="America/New_York")
    page.add_init_script(
        "Object.defineProperty(document, 'cookie', {get: () => '', set: () => undefined})"
    )
    opened: list[str] = []
    page.on(
        "request", lambda sent: opened.append(sent.url) if sent.is_navigation_request() else None
    )
    page.goto("/")
    expect(page.locator("#results a.slot").first).to_be_visible()
    assert len(opened) == 1


# The practice's times of the desk's rows that do not stand in one piece beside the reference.
TORN = """
(rows) => rows.filter((row) => {
  const clock = row.querySelector("i"), reference = document.createRange();
  reference.selectNode(row.querySelector("a").nextSibling);
  const [a, b] = [clock.getBoundingClientRect(), reference.getBoundingClientRect()];
  return a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom && b.top < a.bottom;
}).map((row) => row.innerText)
"""


@pytest.mark.parametrize("width", [360, 1280])
def test_an_arabic_desk_elsewhere_reads_the_practices_time_in_one_piece(
    visit: Visit, clinic_server: Server, width: int
) -> None:
    page = visit("desk@example.org", timezone_id="America/New_York")
    page.set_viewport_size({"width": width, "height": 800})
    page.context.add_cookies([{"name": "language", "value": "ar", "url": clinic_server.url}])
    today = clock.now().date()
    page.goto(f"/desk?date={today}&until={today + timedelta(days=7)}")
    rows = page.locator("tr[data-appointment-id] th:has(i)")
    expect(rows.first).to_be_visible()
    assert rows.evaluate_all(TORN) == []
