"""Whether a page that is open still shows the truth, told without writing the page again."""

import hashlib
from collections.abc import Callable

from flask import Response, request


def version_of(*facts: object) -> str:
    """Return a name for all that a page shows of the clinic: other facts, another name."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def unless_seen(version: str, answer: Callable[[], Response]) -> Response:
    """Return 304 to a page that was made of this version, else the answer with its tag.

    Weak, because two answers of one version may differ in a form token.
    """
    is_seen = request.if_none_match.contains_weak(version)
    response = Response(status=304) if is_seen else answer()
    response.set_etag(version, weak=True)
    return response
