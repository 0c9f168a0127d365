"""When too many wait: whoever has not begun is asked to come back, a booking goes on."""

import pytest

from domain import clock, links
from domain.actions.booking import book
from domain.documents import Appointment, Slot, User
from tests.conftest import Run
from tests.domain.commands import recorded_commands
from tests.domain.conftest import House
from tests.webapp.browsing import HTMX, Browser, attributes, hidden, only
from tests.webapp.conftest import SignIn
from webapp.shedding import MOST_COMING_IN, MOST_WAITING, WAITING

CROWDED = {WAITING: MOST_COMING_IN + 1}
FULL = {WAITING: MOST_WAITING + 1}


@pytest.mark.parametrize("path", ["/", "/login", "/register", "/nowhere"])
def test_newcomers_are_asked_to_come_back_at_once(browser: Browser, path: str) -> None:
    with recorded_commands() as sent:
        answer = browser.get(path, environ_overrides=FULL)
    assert answer.status_code == 503
    assert 3 <= int(answer.headers["Retry-After"]) <= 12
    assert "Try again" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert sent == []


def test_the_same_pages_are_served_as_long_as_there_is_room(browser: Browser) -> None:
    assert browser.get("/", environ_overrides={WAITING: MOST_WAITING}).status_code == 200


def test_who_is_signed_in_reads_on_while_others_come_in_and_waits_in_the_end(
    signed_in: SignIn, patient: User
) -> None:
    browser = signed_in(patient)
    assert browser.get("/appointments", environ_overrides=FULL).status_code == 200
    assert browser.get("/appointments", environ_overrides=CROWDED).status_code == 503


def test_a_booking_under_way_goes_on(
    signed_in: SignIn, patient: User, slot: Slot, run: Run
) -> None:
    browser = signed_in(patient)
    page = f"/slots/{slot.id}"
    assert browser.get(page, environ_overrides=CROWDED).status_code == 200
    answer = browser.post(f"{page}/book", environ_overrides=CROWDED)
    assert answer.status_code == 303
    assert run(only(Appointment)).slot_id == slot.id
    proof = browser.get(answer.location, environ_overrides=CROWDED)
    assert proof.status_code == 200


def test_a_stranger_who_sends_forms_waits_like_all_others(browser: Browser, slot: Slot) -> None:
    answer = browser.post(f"/slots/{slot.id}/book", environ_overrides=CROWDED)
    assert answer.status_code == 503


WAY_IN = f"/register?next=/slots/{'5' * 24}"
NEWCOMER = {"name": "Ann <b>", "email": "ann@example.org", "phone": "030 1"}


@pytest.mark.parametrize("path", ["/login", WAY_IN])
def test_who_has_filled_in_a_form_to_come_in_is_let_in_for_longer(
    browser: Browser, path: str
) -> None:
    answer = browser.post(path, environ_overrides=FULL)
    assert answer.status_code == 422


def test_what_was_typed_to_come_in_is_sent_again_where_it_has_to_wait(
    browser: Browser, run: Run, house: House
) -> None:
    page = browser.get(WAY_IN)
    typed = {**NEWCOMER, "password": "a long password"}
    with recorded_commands() as commands:
        busy = browser.client.post(
            WAY_IN,
            data={**hidden(page), **typed},
            environ_overrides={WAITING: MOST_COMING_IN + 1},
        )
    assert (busy.status_code, commands) == (503, [])
    assert "Ann &lt;b&gt;" in busy.text
    assert "a long password" not in busy.text
    assert f'action="{WAY_IN}"' in busy.text
    answer = browser.client.post(WAY_IN, data={**hidden(busy), **typed})
    assert (answer.status_code, answer.location) == (303, WAY_IN.partition("next=")[2])
    assert run(only(User)).phone == "030 1"


@pytest.mark.parametrize("came_from", ["/doctors?q=x", None])
@pytest.mark.parametrize("path", ["/language", "/slots/x/book"])
def test_who_cannot_send_it_again_is_led_to_a_page_that_there_is(
    browser: Browser, path: str, came_from: str | None
) -> None:
    sender = {"Referer": f"http://localhost{came_from}"} if came_from else {}
    too_much = {"data": {"csrf_token": browser.token(), "reason": "x" * 9000}}
    for sent in ({"data": {"language": "de"}}, too_much):
        busy = browser.client.post(path, headers=sender, environ_overrides=CROWDED, **sent)
        assert busy.status_code == 503
        assert attributes(busy, "href") == [came_from or "/"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/static/css/base.css"])
def test_what_costs_nothing_is_answered(browser: Browser, path: str) -> None:
    with browser.get(path, environ_overrides=CROWDED) as answer:
        assert answer.status_code == 200


def test_a_part_that_is_asked_for_gets_a_message_and_what_it_would_replace_stays(
    signed_in: SignIn, patient: User
) -> None:
    answer = signed_in(patient).get("/appointments", headers=HTMX, environ_overrides=CROWDED)
    assert answer.status_code == 503
    assert 3 <= int(answer.headers["Retry-After"]) <= 12
    assert answer.headers["HX-Retarget"] == "#messages"
    assert "Very many people are here" in answer.text
    assert 'role="alert"' in answer.text
    assert "<html" not in answer.text


def test_a_page_that_asks_by_itself_is_refused_without_a_word(
    signed_in: SignIn, patient: User
) -> None:
    polls = {**HTMX, "X-Unattended": "1"}
    answer = signed_in(patient).get("/appointments", headers=polls, environ_overrides=CROWDED)
    assert (answer.status_code, answer.data) == (503, b"")
    assert answer.headers["HX-Reswap"] == "none"
    assert 3 <= int(answer.headers["Retry-After"]) <= 12


def test_the_link_in_the_mail_still_cancels(
    browser: Browser, patient: User, slot: Slot, run: Run
) -> None:
    booked = run(book(slot.id, patient))
    token = links.manage_token(booked.id, booked.link_nonce, booked.patient_email)
    path = f"/manage/{token}"
    assert browser.get(path, environ_overrides=CROWDED).status_code == 200
    answer = browser.post(path, {"action": "cancel"}, environ_overrides=CROWDED)
    assert answer.status_code == 303
    assert run(only(Appointment)).status == "cancelled"


@pytest.mark.parametrize("token", ["x", "g" * 67, "0" * 68, "0" * 24 + "é" * 43, "0" * 24])
def test_what_cannot_be_such_a_link_is_not_looked_up(browser: Browser, token: str) -> None:
    with recorded_commands() as sent:
        answer = browser.get(f"/manage/{token}", environ_overrides=CROWDED)
    assert (answer.status_code, sent) == (503, [])


def test_who_has_proved_the_password_is_asked_for_the_code(browser: Browser, patient: User) -> None:
    with browser.client.session_transaction() as session:
        session["half_in"] = [str(patient.id), None, clock.now().timestamp() + 300, "/"]
    answer = browser.get("/login/code", environ_overrides=CROWDED)
    assert answer.status_code == 200
    answer = browser.post("/login/code", {"code": "x"}, environ_overrides=CROWDED)
    assert answer.status_code == 422
    assert browser.get("/", environ_overrides=CROWDED).status_code == 503
