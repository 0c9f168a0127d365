"""The figures: who may see them, and that they name nobody."""

import pytest
from flask import Flask

from domain.documents import Slot, User
from tests.conftest import Run
from tests.webapp.browsing import Browser
from tests.webapp.conftest import Build, SignIn
from webapp.config import WebConfig

TOKEN = "a token that nobody guesses"
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def app(build: Build, run: Run) -> Flask:
    app = build()
    config: WebConfig = app.extensions["bookwell"]
    object.__setattr__(config, "metrics_token", TOKEN)
    return app


def test_this_machine_sees_them(browser: Browser) -> None:
    answer = browser.client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    assert "# TYPE bookwell_requests_total counter" in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Authorization": f"Bearer {TOKEN}"}, 200),
        ({"Authorization": "Bearer another"}, 403),
        ({"Authorization": f"Basic {TOKEN}"}, 403),
        ({"X-Forwarded-For": "127.0.0.1"}, 403),
    ],
)
def test_others_need_the_token(browser: Browser, headers: dict[str, str], status: int) -> None:
    answer = browser.client.get("/metrics", headers=headers, environ_base=ELSEWHERE)
    assert answer.status_code == status


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_a_proxy_on_this_machine_opens_them_to_nobody(browser: Browser, header: str) -> None:
    assert browser.client.get("/metrics", headers={header: "203.0.113.9"}).status_code == 403


def test_without_a_token_none_is_right(browser: Browser) -> None:
    object.__setattr__(browser.app.extensions["bookwell"], "metrics_token", None)
    for given in ("Bearer ", "Bearer None", "Bearer"):
        answer = browser.client.get(
            "/metrics", headers={"Authorization": given}, environ_base=ELSEWHERE
        )
        assert answer.status_code == 403


def test_requests_are_counted_by_page_and_name_nobody(
    signed_in: SignIn, patient: User, slot: Slot
) -> None:
    browser = signed_in(patient)
    browser.get(f"/slots/{slot.id}?q=Canary")
    browser.client.open("/nowhere/Canary", method="CANARY")

    told = browser.client.get("/metrics").text

    assert 'bookwell_requests_total{method="GET",page="slots.show",status="200"}' in told
    assert 'bookwell_requests_total{method="other",page="unknown",status="404"}' in told
    for secret in ("Canary", "CANARY", str(slot.id), patient.email, patient.name):
        assert secret not in told
