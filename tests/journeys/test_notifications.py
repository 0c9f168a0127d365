"""The desk finds out why a patient was not told, and sees that they are told after all."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.test_patient import book_first_free_time
from tests.support.demo import MoveIn
from tests.support.server import Server, running_app
from tests.support.smtp import MailServer
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def mail_server() -> Iterator[MailServer]:
    """A mail server that knows only some of the addresses."""
    server = MailServer().start()
    yield server
    server.close()


@pytest.fixture(scope="module")
def clinic_server(
    tmp_path_factory: pytest.TempPathFactory, move_in: MoveIn, mail_server: MailServer
) -> Iterator[Server]:
    """The demo clinic, which sends its e-mails to that server."""
    settings = {"DEMO": "1", "MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(mail_server.port)}
    with running_app(move_in(tmp_path_factory.mktemp("clinic")), **settings) as server:
        yield server


def look_until(page: Page, state: str, *, scripted: bool) -> None:
    """Look at a message until it has come to a state; the page does that by itself with script."""
    shown = page.locator(f'[data-delivery-id][data-state="{state}"]')
    if scripted:
        shown.wait_for()
        return

    def seen() -> bool:
        again = page.get_by_role("link", name="Look again")
        if again.count():
            again.click()
        return shown.count() == 1

    eventually(seen)


def test_the_desk_finds_why_a_patient_was_not_told_and_puts_it_right(
    visit: Visit, mail_server: MailServer, scripted: bool
) -> None:
    wrong, right = f"patient3{4 + scripted}@example.org", f"found{int(scripted)}@example.org"
    mail_server.refuse(wrong, "550 5.1.1 nobody lives here")
    patient = visit(wrong)
    patient.goto("/")
    name = patient.locator("#results h3").nth(2).inner_text()
    reference = book_first_free_time(patient, name)

    desk = visit("desk@example.org")
    lost = desk.locator(f'[data-state="parked"]:has-text("{reference}")')

    def refused() -> bool:
        desk.goto("/notifications?state=parked")
        return lost.count() == 1

    eventually(refused)
    desk.get_by_role("link", name="Desk").click()
    desk.get_by_label("Name, e-mail or reference").fill(reference)
    desk.get_by_role("button", name="Show").click()
    row = desk.locator("[data-appointment-id]", has_text=reference)
    row.get_by_role("link", name="Not told").click()

    expect(desk.locator("main")).to_contain_text("550 5.1.1 nobody lives here")
    desk.get_by_label("Send it to").fill("not an address")
    desk.get_by_role("button", name="Send again").click()
    expect(desk.locator("#resend-email-error")).to_be_visible()
    desk.get_by_label("Send it to").fill(right)
    desk.get_by_role("button", name="Send again").click()
    expect(desk.locator("#messages")).to_contain_text("on its way again")
    about = desk.locator("#outcome a[href^='/appointments/']")
    about.focus()
    look_until(desk, "sent", scripted=scripted)
    if scripted:
        expect(about).to_be_focused()
    expect(desk.locator("main")).to_contain_text("Accepted by the mail server")

    [mail] = mail_server.received_by(right)
    assert mail.message["X-Event-Kind"] == "appointment.created"
    assert not mail_server.received_by(wrong)
    desk.get_by_role("link", name=reference).or_(
        desk.locator('main a[href^="/appointments/"]')
    ).first.click()
    timeline = desk.locator(".history")
    expect(timeline).to_contain_text(f"E-mail to {right}: accepted by the mail server")
    expect(timeline).to_contain_text(f"address changed from {wrong} to {right}")
