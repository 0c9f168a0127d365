"""A day at the desk: a walk-in, a no-show, a doctor who is ill; by mouse and by keyboard alone."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Visit
from tests.support.barriers import ASKED
from tests.support.keyboard import fill, press, tab_to

ROWS = "tr[data-appointment-id]"


@dataclass
class Desk:
    """The desk's page, and how many steps somebody took on it: clicks, choices, fields filled."""

    page: Page
    scripted: bool
    steps: int = 0

    def do(self, *ways: Callable[[], object]) -> None:
        """Take one step, which may be several fields of the same form."""
        for way in ways:
            way()
        self.steps += 1

    def show(self) -> None:
        """Press Show where no script sends the filter as it changes."""
        if not self.scripted:
            self.page.get_by_role("button", name="Show").click()

    def who(self, name: str) -> str:
        """Return a name that the other run of the same journey does not use."""
        return f"{name} {'Script' if self.scripted else 'Plain'}"

    def row(self, text: str) -> Locator:
        return self.page.locator(ROWS, has_text=text)

    def said(self) -> Locator:
        return self.page.locator("#messages")


@pytest.fixture
def desk(visit: Visit, scripted: bool) -> Desk:
    page = visit("desk@example.org")
    page.goto("/desk")
    return Desk(page, scripted)


def booked_for(desk: Desk, name: str, nth: int = 0) -> None:
    """Book the first free time for somebody new, in the steps that the desk takes."""
    page = desk.page
    desk.do(page.get_by_role("link", name="Book for a patient").first.click)
    desk.do(page.locator("button[data-slot-id]").nth(nth).click)
    address = f"{name.split()[0].lower()}{int(desk.scripted)}@example.org"
    desk.do(
        lambda: page.get_by_label("Name", exact=True).fill(name),
        lambda: page.get_by_label("E-mail address", exact=True).fill(address),
    )
    desk.do(page.get_by_role("button", name=re.compile("^Book ")).first.click)
    expect(desk.said()).to_contain_text("Booked")


def test_a_walk_in_is_booked_and_checked_in(desk: Desk) -> None:
    name = desk.who("Wanda")
    booked_for(desk, name)
    assert desk.steps == 4
    row = desk.row(name).first
    desk.do(row.get_by_role("button", name="Arrived").click)
    expect(row).to_have_attribute("data-status", "arrived")
    expect(desk.said()).to_contain_text(f"{name}: arrived.")
    print("walk-in:", desk.steps, "steps")


def test_a_no_show_is_noted_and_a_slip_is_undone(desk: Desk) -> None:
    name = desk.who("Nora")
    booked_for(desk, name, nth=2)
    desk.steps = 0
    desk.page.goto("/desk?until=2199-01-01")
    desk.do(
        lambda: desk.page.get_by_label("Name, e-mail or reference").fill(name.lower()[:8]),
        desk.show,
    )
    row = desk.row(name).first
    expect(desk.page.locator(ROWS)).to_have_count(1)
    expect(desk.page).to_have_url(re.compile("q=nora[+%]"))
    expect(desk.page).to_have_title(re.compile(name.lower()[:8]))
    desk.do(row.get_by_role("button", name="Missed").click)
    expect(row).to_have_attribute("data-status", "missed")
    assert desk.steps == 2
    desk.said().get_by_role("button", name="Undo").click()
    expect(row).to_have_attribute("data-status", "booked")
    desk.page.reload()
    expect(desk.page.locator(ROWS)).to_have_count(1)
    print("no-show:", desk.steps, "steps")


def a_doctors_day(page: Page) -> tuple[str, str]:
    """Return a doctor and a day on which the doctor has appointments."""
    page.goto("/desk?until=2199-01-01&status=booked")
    last = page.locator(ROWS).last
    return last.locator("td").first.inner_text(), (last.get_attribute("data-starts-at") or "")[:10]


def test_a_doctor_who_is_ill_has_the_whole_day_closed_in_four_steps(desk: Desk) -> None:
    page = desk.page
    doctor, day = a_doctors_day(page)
    page.goto("/desk")
    desk.do(page.get_by_role("link", name="Mark a doctor as away").click)
    desk.do(lambda: page.get_by_label("Doctor", exact=True).select_option(doctor), desk.show)
    expect(page).to_have_title(re.compile(f"{doctor} is away"))
    desk.do(
        lambda: page.get_by_label("From", exact=True).fill(day),
        lambda: page.get_by_label("Until", exact=True).fill(day),
        desk.show,
    )
    expect(page.locator("#closing-title")).to_contain_text(doctor)
    for field in ("date", "until"):
        expect(page.locator(f"#closing [name={field}]")).to_have_value(day)
    expect(page.locator("[data-booked]:not([data-booked='0'])")).to_have_count(1)
    booked, free = (
        int(page.locator("[data-booked]").get_attribute(name) or 0)
        for name in ("data-booked", "data-free")
    )
    expect(page.locator("#closing [data-appointment-id]")).to_have_count(booked)
    desk.do(
        lambda: page.get_by_label("Reason").fill("The doctor is ill."),
        page.get_by_role("button", name=re.compile("^Cancel ")).click,
    )
    expect(desk.said()).to_contain_text(re.compile(rf"{booked} appointments? cancelled\."))
    if free:
        expect(desk.said()).to_contain_text(re.compile(rf"{free} free times? closed\."))
    expect(page.locator('tr[data-status="booked"]')).to_have_count(0)
    expect(page.locator("[data-count=free] strong")).to_have_text("0")
    assert desk.steps <= 4
    print("ill doctor:", desk.steps, "steps,", booked, "appointments,", free, "free times")
    desk.said().get_by_role("button", name="Undo").click()
    expect(desk.said()).to_contain_text(re.compile(rf"{booked} appointments? stands? again\."))
    if free:
        again = re.compile(rf"{free} free times? (is|are) offered again\.")
        expect(desk.said()).to_contain_text(again)
    expect(page.locator('tr[data-status="booked"]')).to_have_count(booked)


def test_more_of_an_appointment_is_one_click_away(desk: Desk) -> None:
    page = desk.page
    page.goto("/desk?until=2199-01-01&status=booked")
    page.locator(f"{ROWS} th a").first.click()
    expect(page.locator("main")).to_contain_text("@example.org")
    if desk.scripted:
        expect(page.locator(f"{ROWS} th a").first).to_have_attribute("aria-expanded", "true")
        page.locator(f"{ROWS} th a").first.click()
        expect(page.locator("tr.more")).to_have_count(0)
    else:
        expect(page).to_have_url(re.compile("/appointments/"))


@pytest.mark.parametrize("scripted", [True], indirect=True)
def test_what_is_unfolded_stays_so_and_is_right_when_the_visit_is_noted(desk: Desk) -> None:
    page = desk.page
    page.goto("/desk?until=2199-01-01&status=booked")
    row = page.locator(ROWS).nth(1)
    name, more = row.locator("th a"), page.locator("tr.more")
    name.click()
    expect(more.get_by_role("link", name="Move to another time")).to_be_visible()
    row.get_by_role("button", name="Arrived").click()
    expect(row).to_have_attribute("data-status", "arrived")
    expect(more.get_by_role("link", name="Open the appointment")).to_be_visible()
    expect(more.get_by_role("link", name="Move to another time")).to_have_count(0)
    expect(row.locator("td:focus")).to_have_count(1)
    expect(name).to_have_attribute("aria-expanded", "true")
    name.click()
    expect(name).to_have_attribute("aria-expanded", "false")
    expect(more).to_have_count(0)
    row.get_by_role("button", name="Undo").click()
    expect(row).to_have_attribute("data-status", "booked")


@pytest.mark.parametrize("scripted", [True], indirect=True)
def test_who_is_affected_stands_in_a_list_of_its_own_look(desk: Desk) -> None:
    page = desk.page
    doctor, day = a_doctors_day(page)
    page.goto(f"/desk/away?date={day}&until={day}")
    page.get_by_label("Doctor", exact=True).select_option(doctor)
    first = page.locator(".affected li").first
    expect(first).to_have_css("list-style-type", "none")
    expect(first).to_have_css("border-bottom-style", "solid")


def booked_by_keyboard(page: Page, name: str) -> None:
    """Book a free time for somebody new without touching a mouse."""
    press(page, page.get_by_role("link", name="Book for a patient").first)
    press(page, page.locator("button[data-slot-id]").nth(4))
    fill(page, page.get_by_label("Name", exact=True), name)
    fill(page, page.get_by_label("E-mail address", exact=True), f"{name[:4].lower()}@example.org")
    press(page, page.get_by_role("button", name=re.compile("^Book ")).first)
    expect(page.locator("#messages")).to_contain_text("Booked")


def test_the_desk_works_by_keyboard_alone(desk: Desk) -> None:
    page = desk.page
    name = "Keya Script" if desk.scripted else "Kofi Plain"
    booked_by_keyboard(page, name)
    page.goto("/desk?until=2199-01-01")
    tab_to(page, page.locator("#q"))
    page.keyboard.type(name.lower()[:8])
    page.keyboard.press("Enter")
    row = desk.row(name).first
    expect(page.locator(ROWS)).to_have_count(1)
    press(page, page.locator(f"{ROWS} [name=arrived]").first)
    expect(row).to_have_attribute("data-status", "arrived")
    if desk.scripted:
        expect(row.locator("td:focus")).to_have_count(1)
    press(page, page.locator(f"{ROWS} [name=booked]").first)
    expect(row).to_have_attribute("data-status", "booked")
    tab_to(page, page.locator(f"{ROWS} [type=checkbox]").first)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # on a tick: nothing, or without script what is still missing
    expect(row).to_have_attribute("data-status", "booked")
    tab_to(page, page.locator("#cancel-reason"))
    page.keyboard.type("She telephoned.")
    press(page, page.get_by_role("button", name="Cancel them"))
    expect(row).to_have_attribute("data-status", "cancelled")
    if desk.scripted:
        expect(row.locator("td:focus")).to_have_count(1)
    press(page, page.locator("[data-undo] button").first)
    expect(row).to_have_attribute("data-status", "booked")


def test_others_changes_come_by_themselves_and_take_nothing_out_of_hand(
    desk: Desk, visit: Visit
) -> None:
    if not desk.scripted:
        return  # without script, a page is as new as when it was loaded
    page = desk.page
    page.goto("/desk?until=2199-01-01&status=booked")
    mine, theirs = (page.locator(ROWS).nth(number) for number in (0, 1))
    mine.get_by_role("checkbox").check()
    identifier = theirs.get_attribute("data-appointment-id")
    other = visit("desk@example.org")
    other.goto(page.url)
    other.locator(f'[data-appointment-id="{identifier}"]').get_by_role(
        "button", name="Arrived"
    ).click()
    expect(other.locator("#messages")).to_contain_text("arrived")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(mine.get_by_role("checkbox")).to_be_checked()
    other.get_by_role("button", name="Undo").first.click()


def test_every_state_of_the_desk_is_free_of_barriers(visit: Visit, *, scripted: bool) -> None:
    if not scripted:
        return  # axe is a script itself
    page = visit("desk@example.org", bypass_csp=True)  # and tries styles that the policy forbids
    desk = Desk(page, scripted)

    def clean(state: str) -> None:
        results = Axe().run(page, options=ASKED)
        assert results.violations_count == 0, f"{state}: {results.generate_report()}"

    page.goto("/desk?until=2199-01-01")
    clean("list")
    page.goto("/desk?until=2199-01-01&status=booked")  # late in the day, none of today's is
    row = page.locator('tr[data-status="booked"]').last
    row.get_by_role("button", name="Arrived").click()
    expect(desk.said()).to_contain_text("arrived")
    clean("changed")
    desk.said().get_by_role("button", name="Undo").click()
    expect(desk.said()).to_contain_text("booked")
    page.get_by_role("link", name="Tick all").click()
    ticked = page.locator(f"{ROWS} :checked").count()
    page.get_by_role("button", name=f"Cancel them ({ticked})", exact=True).click()
    expect(page.locator("#cancel-reason")).to_have_attribute("aria-invalid", "true")
    clean("refused")
    if desk.scripted:
        page.locator(f"{ROWS} th a").first.click()
        expect(page.locator("tr.more dl")).to_be_visible()
        clean("details")
    page.goto("/desk?q=nobody+of+that+name")
    clean("empty")
    page.goto("/desk/print?until=2199-01-01")
    clean("print")


@pytest.mark.parametrize("scripted", [True], indirect=True)
def test_what_is_typed_and_ticked_stays_while_other_days_are_looked_at(
    desk: Desk, visit: Visit
) -> None:
    page = desk.page
    doctor, free = a_day_with_nobody_booked(visit)
    page.goto("/desk/away")
    page.get_by_label("Doctor", exact=True).select_option(doctor)
    chosen = page.get_by_label("Doctor", exact=True).input_value()
    page.goto(f"/desk?until=2199-01-01&status=booked&doctor={chosen}")
    day = (page.locator(ROWS).last.get_attribute("data-starts-at") or "")[:10]
    page.goto(f"/desk/away?date={day}&until={day}&doctor={chosen}")
    page.get_by_label("Reason").fill("The doctor is ill.")
    propose = page.get_by_label("Propose the nearest free times in the e-mail")
    propose.uncheck()
    reason, until = page.get_by_label("Reason"), page.get_by_label("Until", exact=True)
    until.fill(shifted(day, -1))
    expect(page.locator("#closing .error-summary")).to_be_visible()
    until.fill(shifted(day, 1))
    expect(page.locator("#closing [name=until]")).to_have_value(shifted(day, 1))
    expect(reason).to_have_value("The doctor is ill.")
    expect(propose).not_to_be_checked()
    look_at(page, free)
    expect(page.locator("#closing [data-booked='0']")).to_be_visible()
    expect(reason).to_have_value("The doctor is ill.")
    expect(propose).to_be_hidden()
    look_at(page, shifted(free, 1))
    expect(page.locator("#closing")).to_contain_text("There is nothing to close")
    expect(reason).to_be_hidden()
    look_at(page, day)
    expect(reason).to_have_value("The doctor is ill.")
    expect(propose).not_to_be_checked()


def shifted(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def a_day_with_nobody_booked(visit: Visit) -> tuple[str, str]:
    """Return a doctor and a Saturday, on which the doctor has just offered a time."""
    page = visit("doctor@example.org")
    today = date.today()
    saturday = today + timedelta(days=14 - (today.weekday() - 5) % 7)
    page.goto(f"/slots/offer?date={saturday}")
    page.get_by_role("button", name="Offer this time").click()
    expect(page.locator("#messages")).to_contain_text("is offered")
    return page.locator(".signed-in__name").inner_text(), str(saturday)


def look_at(page: Page, day: str) -> None:
    """Ask for one day, by way of the days up to it."""
    until = page.get_by_label("Until", exact=True)
    page.get_by_label("From", exact=True).fill(day)
    until.fill(day)
    expect(page.locator("#closing")).to_have_attribute("aria-labelledby", "closing-title")
    expect(page).to_have_url(re.compile(f"date={day}&until={day}"))
