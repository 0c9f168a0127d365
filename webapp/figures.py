"""What the pages count, and where the figures of the whole app are asked for."""

import time
from collections.abc import Awaitable, Callable
from typing import Final, cast

from flask import Flask, Response, current_app, g, request
from prometheus_client import Counter, Histogram, generate_latest

Told = Callable[[], Awaitable[bytes]]

_EXTENSION = "bookwell-figures"
_METHODS: Final = frozenset({"GET", "HEAD", "POST"})
_REQUESTS = Counter(
    "bookwell_requests", "Requests, by page and status.", ["page", "method", "status"]
)
_SECONDS = Histogram(
    "bookwell_request_seconds",
    "Seconds until a page was ready.",
    ["page"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)


def init_app(app: Flask, told: Told | None) -> None:
    """Count every request, by its page's name and never by its address."""
    app.extensions[_EXTENSION] = told or _of_this_process
    app.before_request(_begin)
    app.after_request(_count)


def figures() -> Told:
    """Return what tells the figures of the whole app."""
    return cast("Told", current_app.extensions[_EXTENSION])


def _begin() -> None:
    g.began = time.perf_counter()


def _count(response: Response) -> Response:
    page = request.endpoint or "unknown"
    method = request.method if request.method in _METHODS else "other"
    _REQUESTS.labels(page, method, str(response.status_code)).inc()
    if "began" in g:
        _SECONDS.labels(page).observe(time.perf_counter() - g.began)
    return response


async def _of_this_process() -> bytes:
    return bytes(generate_latest())
