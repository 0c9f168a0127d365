"""A form that was not ours, or is too old, changes nothing and loses nothing."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from domain import clock
from domain.documents import Appointment, Slot, User
from tests.conftest import Run
from tests.webapp.browsing import HTMX, Browser, hidden, only
from tests.webapp.conftest import SignIn


def test_a_form_without_a_token_is_shown_once_more_with_what_was_typed(
    signed_in: SignIn, patient: User, slot: Slot, run: Run
) -> None:
    browser = signed_in(patient)
    answer = browser.client.post(f"/slots/{slot.id}/book", data={"reason": "My “knee” & I"})
    assert answer.status_code == 400
    assert "My “knee” &amp; I" in answer.text
    assert run(Appointment.count()) == 0


def test_what_was_kept_can_be_sent_with_one_button(
    signed_in: SignIn, patient: User, slot: Slot, run: Run
) -> None:
    browser = signed_in(patient)
    path = f"/slots/{slot.id}/book"
    shown = browser.client.post(path, data={"reason": "Knee", "idempotency_key": "k1"})
    kept = hidden(shown)
    assert f'action="{path}"' in shown.text
    assert kept["idempotency_key"] == "k1"
    answer = browser.client.post(path, data={**kept, "reason": "Knee"})
    assert answer.status_code == 303
    assert run(only(Appointment)).reason == "Knee"


def test_a_token_of_another_session_is_refused(
    app: Flask, signed_in: SignIn, patient: User, slot: Slot, run: Run
) -> None:
    foreign = Browser(app).token()
    answer = signed_in(patient).client.post(f"/slots/{slot.id}/book", data={"csrf_token": foreign})
    assert answer.status_code == 400
    assert run(Appointment.count()) == 0


def test_a_stale_token_is_refused(signed_in: SignIn, patient: User, slot: Slot, run: Run) -> None:
    browser = signed_in(patient)
    token = browser.token()
    with time_machine.travel(clock.now() + timedelta(hours=13)):
        answer = browser.client.post(f"/slots/{slot.id}/book", data={"csrf_token": token})
    assert answer.status_code == 400
    assert run(Appointment.count()) == 0


def test_a_password_is_never_shown_again(browser: Browser) -> None:
    answer = browser.client.post("/login", data={"email": "a@example.org", "password": "hunter22"})
    assert answer.status_code == 400
    assert "a@example.org" in answer.text
    assert "hunter22" not in answer.text


def test_what_another_site_typed_is_not_offered(browser: Browser) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = browser.client.post("/login", data={"email": "evil@example.org"}, headers=headers)
    assert answer.status_code == 400
    assert "evil@example.org" not in answer.text


def test_htmx_is_told_in_place(browser: Browser) -> None:
    answer = browser.client.post("/login", data={"email": "a@example.org"}, headers=HTMX)
    assert answer.status_code == 400
    assert answer.headers["HX-Retarget"] == "#messages"
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("action", ["book", "withdraw?notify=1"])
def test_nothing_changes_by_get(
    signed_in: SignIn, patient: User, slot: Slot, run: Run, action: str
) -> None:
    answer = signed_in(patient).get(f"/slots/{slot.id}/{action}")
    assert answer.status_code in (403, 404, 405)
    assert run(Slot.get(slot.id)).status == "open"
