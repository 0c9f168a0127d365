"""A browser without JavaScript: cookies, forms and their hidden fields."""

import re
from html import unescape
from typing import Any, Self

from beanie import Document
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from domain.actions.sessions import open_session
from domain.documents import User
from tests.conftest import Run
from webapp import WebConfig

_HIDDEN = re.compile(
    r'<input (?:type="hidden" name="(\w+)"|name="(\w+)" type="hidden") value="([^"]*)">'
)
HTMX = {"HX-Request": "true"}
SITES = ("http://localhost", WebConfig.public_url)
"""Where the app is: as a request names it, and as PUBLIC_URL does where a proxy names another."""


class Browser:
    """A client that sends the form token as a person's browser does."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()

    def as_person(self, person: User, run: Run) -> Self:
        """Carry a session of a person."""
        secret = run(open_session(person))
        with self.client.session_transaction() as session:
            session["uid"], session["sid"] = str(person.id), secret
        return self

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def token(self) -> str:
        """Return a token for this session, as any page with a form carries it."""
        return hidden(self.get("/login"))["csrf_token"]

    def post(self, path: str, fields: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form with a good token."""
        return self.client.post(path, data={"csrf_token": self.token()} | (fields or {}), **options)

    def htmx(self, path: str, fields: dict[str, Any] | None = None) -> TestResponse:
        """Send a form as htmx does."""
        return self.post(path, fields, headers=HTMX)


def hidden(response: TestResponse) -> dict[str, str]:
    """Return the hidden fields of a page."""
    return {a or b: unescape(value) for a, b, value in _HIDDEN.findall(response.text)}


def attributes(response: TestResponse, name: str) -> list[str]:
    """Return all values of an attribute in a page, in order."""
    return re.findall(rf'\s{name}="([^"]*)"', response.text)


def put_in_place(response: TestResponse) -> list[str]:
    """Return the appointments whose lines htmx puts where theirs are, in order."""
    return re.findall(r"hx-swap-oob='outerHTML:\[data-appointment-id=\"(\w+)\"\]'", response.text)


def announced(response: TestResponse) -> str:
    """Return what htmx lets a screen reader say of an answer."""
    said = re.search(r"<(\w+)[^>]* data-announce[^>]*>(.*?)</\1>", response.text, re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", said[2])).split()) if said else ""


def message(response: TestResponse) -> str:
    """Return what a page says in #messages."""
    box = re.search(r'<div id="messages".*?</div>', response.text, re.S)
    words = re.sub(r'<strong class="unbroken">(.*?)</strong>', r"\1", box[0]) if box else ""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", words)).split())


async def only(document: type[Document]) -> Any:
    """Return the one stored document of a kind."""
    [found] = await document.find({}).to_list()
    return found


def opened(browser: Browser, path: str, headers: dict[str, str] | None = None) -> Any:
    """Open a page to its end, which is when the log is written."""
    answer = browser.get(path, headers=headers)
    answer.close()
    return answer
