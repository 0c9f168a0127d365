"""Links to a new password: from the page to the mail and back."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import pytest
from flask import Flask

from domain import security
from domain.documents import User
from domain.security import Security
from hosting.loop import LoopThread
from listeners.config import NotifierConfig
from listeners.notifier import Notifier
from listeners.trace import Trace
from tests.conftest import Run
from tests.support.people import member
from tests.support.racing import rounds
from tests.support.waiting import eventually
from tests.webapp.browsing import Browser, hidden
from webapp import WebConfig, create_app

ADDRESS, PASSWORD, NEW = "ann@example.org", "a long password", "another long one"
PUBLIC = "https://book.example.org"
EVIL = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}


@pytest.fixture
def ann(run: Run) -> User:
    return run(member(email=ADDRESS, password=PASSWORD, name="Ann"))


@pytest.fixture
def post(run: Run, loop: LoopThread, tmp_path: Path) -> Iterator[Path]:
    """Let messages be written into a folder."""
    folder = tmp_path / "post"
    config = NotifierConfig(
        mail_from="clinic@example.org",
        mail_folder=folder,
        public_url=PUBLIC,
        workers=1,
        sweep_every=0.1,
        sweep_grace=0.0,
    )
    notifier = Notifier(config, loop).start()
    yield folder
    notifier.stop(5.0)


def letters(folder: Path, kind: str) -> list[str]:
    """Return the text parts of the messages of a kind."""
    found = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in folder.glob("*.eml")
    ]
    return [one.get_body(("plain",)).get_content() for one in found if one["X-Event-Kind"] == kind]


def link_in(folder: Path) -> str:
    """Return the path of the link in the one message."""
    eventually(lambda: letters(folder, "password.reset_requested"))
    [text] = letters(folder, "password.reset_requested")
    [link] = re.findall(r"https?://\S+", text)
    assert link.startswith(f"{PUBLIC}/reset/")
    return str(link.removeprefix(PUBLIC))


@pytest.mark.parametrize(
    ("path", "which"),
    [("/reset/of-yesterday", "new password"), ("/confirm/of-yesterday", "your e-mail address")],
)
def test_an_ended_link_says_which_it_was_and_leads_to_signing_in(
    browser: Browser, path: str, which: str
) -> None:
    _, _, main = browser.get(path).text.partition("<main")
    assert f"{which} has been used or has expired." in main
    assert 'href="/login"' in main


def test_the_link_in_the_mail_leads_to_a_new_password(
    browser: Browser, ann: User, post: Path
) -> None:
    evil: dict[str, Any] = {"base_url": "http://evil.example", "headers": EVIL}
    fields = hidden(browser.get("/forgot", **evil)) | {"email": ADDRESS}
    assert browser.client.post("/forgot", data=fields, **evil).status_code == 303
    path = link_in(post)
    for _ in range(3):  # whoever only looks, such as a mail scanner, changes nothing
        page = browser.get(path)
        assert page.status_code == 200
        assert page.headers["Referrer-Policy"] == "no-referrer"
    assert browser.post(path, {"password": "short"}).status_code == 422
    answer = browser.post(path, {"password": NEW})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert browser.get(path).status_code == 404
    assert browser.post("/login", {"email": ADDRESS, "password": NEW}).status_code == 303
    eventually(lambda: letters(post, "password.changed"))


def test_the_page_says_the_same_whether_or_not_there_is_an_account(
    browser: Browser, ann: User
) -> None:
    known = browser.post("/forgot", {"email": ADDRESS})
    unknown = browser.post("/forgot", {"email": "nobody@example.org"})
    assert known.status_code == unknown.status_code == 303
    assert known.headers["Location"] == unknown.headers["Location"] == "/forgot?sent=1"
    assert known.data == unknown.data
    page = browser.get("/forgot?sent=1")
    assert page.status_code == 200
    assert "Look into your mail" in page.text
    assert "Look into your mail" not in browser.get("/forgot").text


def test_what_is_no_address_is_said_beside_its_field(browser: Browser) -> None:
    answer = browser.post("/forgot?sent=1", {"email": ""})
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text


@pytest.mark.probe
@pytest.mark.parametrize("path", ["/forgot", "/login", "/register"])
def test_it_takes_the_same_time_whether_or_not_there_is_an_account(
    app: Flask, run: Run, path: str
) -> None:
    many = rounds(200, 15)
    for number in range(many):
        run(member(email=f"known{number}@example.org", password=PASSWORD, name="K"))
    quiet = create_app(WebConfig(secret_key="tests", testing=True), run, Trace())
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(many):
        for kind, took in times.items():
            browser = Browser(quiet)
            fields = {"csrf_token": browser.token(), "email": f"{kind}{number}@example.org"}
            start = perf_counter()
            browser.client.post(
                path,
                data={**fields, "password": "not it at all", "name": "Quin"},
                environ_base={"REMOTE_ADDR": f"10.0.{number // 250}.{number % 250}"},
            )
            took.append(perf_counter() - start)
    # The quickest ones: what else the machine does only ever adds to a time.
    known, unknown = (median(sorted(times[kind])[: many // 3]) for kind in ("known", "unknown"))
    print(f"{path}: {known * 1000:.1f} ms with an account, {unknown * 1000:.1f} ms without")
    assert abs(known - unknown) < max(rounds(0.2, 0.5) * known, 0.01)


def test_asking_too_often_is_answered_with_how_long_to_wait(browser: Browser) -> None:
    security.configure(Security(address_tries=3))
    statuses = [
        browser.post("/forgot", {"email": f"x{number}@example.org"}).status_code
        for number in range(5)
    ]
    assert statuses == [303] * 3 + [429] * 2
