"""What every answer tells the browser."""

import re
from pathlib import Path

import pytest
from flask import Flask

from domain.documents import User
from listeners.trace import Trace
from tests.conftest import Run
from tests.webapp.browsing import Browser, attributes
from tests.webapp.conftest import SignIn
from webapp import WebConfig, create_app

WEBAPP = Path(__file__).parents[2] / "webapp"


@pytest.mark.parametrize(
    "path", ["/", "/login", "/nothing", "/healthz", "/appointments", "/static/nothing.css"]
)
def test_every_answer_protects_its_reader(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    assert "unsafe-" not in headers["Content-Security-Policy"]
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "base-uri 'none'" in headers["Content-Security-Policy"]
    assert "form-action 'self'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert {"Cookie", "HX-Request"} <= {part.strip() for part in headers["Vary"].split(",")}


def test_files_are_kept_for_as_long_as_their_content_stays(browser: Browser) -> None:
    for address in attributes(browser.get("/"), "href"):
        if address.startswith("/static/css/"):
            assert "immutable" in _kept(browser, address)
    assert _kept(browser, "/static/css/tokens.css") == "no-cache"


def _kept(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    answer.close()
    return answer.headers["Cache-Control"]


def test_a_file_that_is_missing_is_answered_without_a_page(
    signed_in: SignIn, patient: User
) -> None:
    answer = signed_in(patient).get("/static/nothing.css")
    assert (answer.status_code, answer.text) == (404, "")
    assert "Set-Cookie" not in answer.headers
    page = signed_in(patient).get("/nothing")
    assert (page.status_code, patient.name in page.text) == (404, True)


def test_no_page_has_script_or_style_of_its_own() -> None:
    for template in (WEBAPP / "templates").rglob("*.html"):
        text = template.read_text()
        assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:|hx-on", text), template
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), template
        assert "hx-vals='js:" not in text, template


def test_the_base_stylesheet_is_addressed_by_its_pinned_version() -> None:
    package = (WEBAPP.parent / "package.json").read_text()
    version = re.search(r'"@picocss/pico": "([\d.]+)"', package)
    assert version
    assert f"?v={version[1]}" in (WEBAPP / "static/css/base.css").read_text()
    assert f'PICO_VERSION = "{version[1]}"' in (WEBAPP / "assets.py").read_text()


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("path", ["/manage/x", "/reset/x", "/confirm/x", "/confirm/x/"])
def test_no_page_notes_a_secret_address_in_the_storage_of_the_browser(
    browser: Browser, method: str, path: str
) -> None:
    page = browser.client.open(path, method=method)
    assert "<h1>" in page.text
    assert not any("htmx" in source for source in attributes(page, "src"))
    assert any("htmx" in source for source in attributes(browser.get("/"), "src"))


def test_cookies_are_out_of_reach(browser: Browser) -> None:
    cookie = browser.get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_cookies_of_a_public_practice_travel_encrypted_only(run: Run) -> None:
    config = WebConfig(secret_key="s", public_url="https://clinic.example")
    app: Flask = create_app(config, run, Trace())
    answer = app.test_client().get("/login")
    assert answer.headers["Set-Cookie"].startswith("__Host-bookwell=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_demo_logins_are_shown_in_demo_mode_only(browser: Browser, run: Run) -> None:
    assert "bookwell-demo" in browser.get("/login").text
    app = create_app(WebConfig(secret_key="s"), run, Trace())
    assert "bookwell-demo" not in app.test_client().get("/login").text
    assert app.test_client().get("/mail").status_code == 404


def test_a_demo_on_the_network_warns_on_every_page(run: Run) -> None:
    app = create_app(WebConfig(secret_key="s", demo=True, demo_on_network=True), run, Trace())
    for path in ("/", "/login", "/nothing"):
        assert "Enter nothing real" in app.test_client().get(path).text
