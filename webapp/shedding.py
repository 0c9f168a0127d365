"""When more people come than can be served: who has not begun is asked to come back, at once.

The server says how many requests wait behind this one. Answering all of them late would serve
nobody; a refusal costs a hundredth of a page, so that the queue is short again within moments.
Whoever is about to book, move or cancel is never asked to come back.
"""

import random
import re
from functools import lru_cache

from flask import Flask, Response, render_template, request, session
from flask_babel import lazy_gettext

from webapp.access import UNATTENDED
from webapp.presenters.reader import reader
from webapp.responses import Message, message_only, wants_fragment

WAITING = "bookwell.waiting"
"""Where the server notes, for each request, how many others of this process wait."""

MOST_WAITING = 64
_RETRY_AFTER = (3, 12)
_SENTENCE = lazy_gettext(
    "Very many people are here just now. Nothing was changed; please try again in a few seconds."
)
_CHEAP = frozenset({"static", "health.alive", "health.ready", "health.robots", "metrics.show"})
_UNDER_WAY = frozenset({"slots.show", "appointments.show", "moving.choose"})
_BY_LINK = frozenset({"manage.show", "manage.act"})
# Of an appointment's id and a MAC (see `domain.links`); whether it holds only the database knows.
_LIKE_A_LINK = re.compile(r"[0-9a-f]{24}[\w-]{43}", re.ASCII)


def init_app(app: Flask) -> None:
    """Look at the queue before anything else is done for a request."""
    app.before_request(_require_room)


def _require_room() -> Response | None:
    if request.environ.get(WAITING, 0) <= MOST_WAITING or _is_spared():
        return None
    response = _refusal()
    # Not all at the same moment again.
    response.headers["Retry-After"] = str(random.randint(*_RETRY_AFTER))  # noqa: S311
    return response


def _refusal() -> Response:
    """Refuse so that an open page keeps what it shows: a page in its place would take it away."""
    if not wants_fragment():
        return Response(_busy_page(str(reader().locale)), 503)
    if UNATTENDED in request.headers:
        return Response("", 503, {"HX-Reswap": "none"})
    return message_only(Message(text=str(_SENTENCE), role="alert"), 503)


def _is_spared() -> bool:
    if request.endpoint in _CHEAP:
        return True
    if request.endpoint in _BY_LINK:
        return bool(_LIKE_A_LINK.fullmatch((request.view_args or {}).get("token", "")))
    if request.endpoint == "second_factor.ask":
        return "half" in session
    has_come_in = "uid" in session
    return has_come_in and (request.method == "POST" or request.endpoint in _UNDER_WAY)


@lru_cache(maxsize=32)
def _busy_page(_locale: str) -> str:
    return render_template("errors/busy.html", sentence=_SENTENCE)
