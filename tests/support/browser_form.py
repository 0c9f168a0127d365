"""A signed-in client that posts forms the way a browser without JavaScript does."""

import re

import httpx

from tests.support.server import PASSWORD

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
HTMX = {"HX-Request": "true"}


def token_of(page: str) -> str:
    """Return the token of a page's forms, or nothing."""
    found = _TOKEN.search(page)
    return found[1] if found else ""


class Visitor:
    """One browser without JavaScript: cookies, and the token of the page it saw last."""

    def __init__(self, url: str) -> None:
        # Idle connections are given up before the server does so, in the middle of a request.
        limits = httpx.Limits(keepalive_expiry=1)
        # Nothing is encrypted here; to get ready for that takes as long as a whole page.
        self.http = httpx.Client(base_url=url, timeout=60, limits=limits, verify=False)
        self.token = ""

    def close(self) -> None:
        """Close the browser."""
        self.http.close()

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        answer = self.http.get(path)
        self.token = token_of(answer.text) or self.token
        return answer

    def post(self, path: str, *, htmx: bool = False, **fields: object) -> httpx.Response:
        """Send a form with the token of the page seen last."""
        form = {"csrf_token": self.token, **fields}
        return self.http.post(path, data=form, headers=HTMX if htmx else {})

    def sign_in(self, email: str, password: str = PASSWORD) -> "Visitor":
        """Sign in and open a page, so that the next form has its token."""
        self.get("/login")
        answer = self.post("/login", email=email, password=password)
        assert answer.status_code == 303, answer.text
        self.get("/")
        return self
