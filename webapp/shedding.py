"""When more people come than can be served: who has not begun is asked to come back, at once.

The server says how many requests wait behind this one. Answering all of them late would serve
nobody; a refusal costs a hundredth of a page, so that the queue is short again within moments.
Whoever is about to book, move or cancel is never asked to come back. Who has filled in a form to
come in is let in for longer than others, and beyond that can send it again.
"""

import random
import re
from functools import lru_cache

from flask import Flask, Response, render_template, request, session
from flask_babel import lazy_gettext

from webapp.access import is_attended
from webapp.addresses import here
from webapp.kept_forms import is_ours
from webapp.presenters.reader import reader
from webapp.presenters.resending import ResentForm, resendable
from webapp.responses import Message, message_only, wants_fragment

WAITING = "bookwell.waiting"
"""Where the server notes, for each request, how many others of this process wait."""

MOST_WAITING = 64
# A password costs as much as some pages: not without end, or those within would wait for it.
MOST_COMING_IN = 2 * MOST_WAITING
_RETRY_AFTER = (3, 12)
_SENTENCE = lazy_gettext(
    "Very many people are here just now. Nothing was changed; please try again in a few seconds."
)
_CHEAP = frozenset({"static", "health.alive", "health.ready", "health.robots", "metrics.show"})
_UNDER_WAY = frozenset({"slots.show", "appointments.show", "moving.choose"})
_COMING_IN = frozenset({"accounts.login", "accounts.register"})
_BY_LINK = frozenset({"manage.show", "manage.act"})
# As much as strangers type; to read and show more would cost what a refusal is to save.
_MOST_BYTES, _MOST_FIELDS = 8 * 1024, 20
# Of an appointment's id and a MAC (see `domain.links`); whether it holds only the database knows.
_LIKE_A_LINK = re.compile(r"[0-9a-f]{24}[\w-]{43}", re.ASCII)


def init_app(app: Flask) -> None:
    """Look at the queue before anything else is done for a request."""
    app.before_request(_require_room)


def _require_room() -> Response | None:
    # Those who come in keep out nobody who has.
    is_coming_in = request.method == "POST" and request.endpoint in _COMING_IN
    room = MOST_COMING_IN if is_coming_in or "uid" in session else MOST_WAITING
    if request.environ.get(WAITING, 0) <= room or _is_spared():
        return None
    response = _refusal()
    # Not all at the same moment again.
    response.headers["Retry-After"] = str(random.randint(*_RETRY_AFTER))  # noqa: S311
    return response


def _refusal() -> Response:
    """Refuse so that an open page keeps what it shows: a page in its place would take it away."""
    if not wants_fragment():
        return Response(_busy_page(), 503)
    if not is_attended():
        return Response("", 503, {"HX-Reswap": "none"})
    return message_only(Message(text=str(_SENTENCE), role="alert"), 503)


def _is_spared() -> bool:
    if request.endpoint in _CHEAP:
        return True
    if request.endpoint in _BY_LINK:
        return bool(_LIKE_A_LINK.fullmatch((request.view_args or {}).get("token", "")))
    if request.endpoint == "second_factor.ask":
        return "half_in" in session
    has_come_in = "uid" in session
    return has_come_in and (request.method == "POST" or request.endpoint in _UNDER_WAY)


def _busy_page() -> str:
    if request.method != "POST":
        return _page_asked_for_again(str(reader().locale))
    # Not every form has a page at the address that it goes to.
    back, form = here() or "/", _form()
    return render_template("errors/busy.html", sentence=_SENTENCE, form=form, back=back)


def _form() -> ResentForm | None:
    """Return what was typed, to be sent once more."""
    if not 0 < (request.content_length or 0) <= _MOST_BYTES or not is_ours():
        return None
    form = resendable(request)
    return form if form and len(form.fields) <= _MOST_FIELDS else None


@lru_cache(maxsize=32)
def _page_asked_for_again(_locale: str) -> str:
    return render_template("errors/busy.html", sentence=_SENTENCE, back="")
