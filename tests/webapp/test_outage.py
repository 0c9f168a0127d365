"""When the database is away, or a request takes too long."""

from collections.abc import Coroutine
from typing import Any

import pytest

from domain.database import OUTAGES
from domain.documents import Slot, User
from domain.errors import Unavailable
from listeners.trace import Trace
from tests.webapp.browsing import HTMX, hidden
from tests.webapp.conftest import SignIn
from webapp import WebConfig, create_app


@pytest.mark.parametrize("failure", [*OUTAGES, TimeoutError, Unavailable])
def test_the_answer_is_to_come_back_later(failure: type[Exception]) -> None:
    def away(work: Coroutine[Any, Any, Any], _: float | None = None) -> Any:
        work.close()
        raise failure("away")

    client = create_app(WebConfig(secret_key="s"), away, Trace()).test_client()
    for path in ("/", "/readyz", "/doctors/0123456789abcdef01234567"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
    answer = client.get("/", headers=HTMX)
    assert 'role="alert"' in answer.text
    assert answer.headers["HX-Push-Url"] == "false"
    assert client.get("/healthz").status_code == 200


def test_what_writes_or_reads_many_documents_has_longer_than_other_answers() -> None:
    seconds: list[float] = []

    def run(work: Coroutine[Any, Any, Any], within: float = 0) -> Any:
        work.close()
        seconds.append(within)
        return "answered"

    app = create_app(WebConfig(secret_key="s"), run, Trace())
    for endpoint, arguments in (
        ("offering.offer", []),
        ("offering.offer_many", []),
        ("withdrawing.withdraw_many", ["0" * 24]),
        ("desk_away.close", []),
        ("desk_changes.cancel", []),
        ("desk_changes.restore", []),
        ("desk_export.csv", []),
        ("desk_export.paper", []),
    ):
        app.ensure_sync(app.view_functions[endpoint])(*arguments)
    assert seconds[0] < 5
    assert min(seconds[1:]) >= 30


def test_what_nobody_expected_is_a_page_too(caplog: pytest.LogCaptureFixture) -> None:
    def broken(work: Coroutine[Any, Any, Any], _: float | None = None) -> Any:
        work.close()
        raise RuntimeError("secret detail")

    answer = create_app(WebConfig(secret_key="s"), broken, Trace()).test_client().get("/")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "secret detail" in caplog.text


def test_what_was_typed_survives_an_outage(
    signed_in: SignIn, patient: User, slot: Slot, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = signed_in(patient)
    token, path = browser.token(), f"/slots/{slot.id}/book"

    def away(work: Coroutine[Any, Any, Any], _: float | None = None) -> Any:
        work.close()
        raise TimeoutError

    with monkeypatch.context() as patched:
        patched.setattr(browser.app, "_run", away)
        answer = browser.client.post(path, data={"csrf_token": token, "reason": "My knee"})
    assert answer.status_code == 503
    assert "My knee" in answer.text
    assert "cannot tell whether this last step was stored" in answer.text
    assert "Nothing was changed" not in answer.text
    assert (
        browser.client.post(path, data={**hidden(answer), "reason": "My knee"}).status_code == 303
    )
