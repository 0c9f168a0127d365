"""One mapping from everything that can go wrong to a status and a page or fragment."""

import json
import logging
from collections.abc import Mapping
from math import ceil
from typing import Any

from flask import Flask, Response, g, request
from flask_babel import gettext, lazy_gettext
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import HTTPException

from domain.database import OUTAGES
from domain.errors import DomainError, Kind, TooManyTries
from webapp.forms.base import PageForm
from webapp.languages import said
from webapp.presenters.resending import resendable
from webapp.responses import Message, message_only, page, wants_fragment

log = logging.getLogger(__name__)

STATUS_OF: Mapping[Kind, int] = {
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.INVALID: 422,
    Kind.FORBIDDEN: 403,
    Kind.TOO_LATE: 409,
    Kind.UNAVAILABLE: 503,
    Kind.TOO_MANY: 429,
}
_TITLES = {
    400: lazy_gettext("That form could not be checked"),
    403: lazy_gettext("This is not open to you"),
    404: lazy_gettext("There is nothing here"),
    405: lazy_gettext("That does not work here"),
    409: lazy_gettext("Something has changed"),
    413: lazy_gettext("That is too much at once"),
    422: lazy_gettext("Something in there is not right"),
    429: lazy_gettext("Please wait a moment"),
    500: lazy_gettext("Something went wrong on our side"),
    503: lazy_gettext("We cannot reach our records just now"),
}
_SENTENCES = {
    400: lazy_gettext("Nothing was changed. Please go back and try again."),
    403: lazy_gettext("You are signed in, but this page is for somebody else’s work."),
    404: lazy_gettext("The address may be mistyped, or you have no access to what was here."),
    405: lazy_gettext("Please use the links and buttons of the pages."),
    413: lazy_gettext("The form holds more than we accept. Nothing was changed."),
    500: lazy_gettext(
        "Nothing you did caused this. It has been noted; please try again in a moment."
    ),
    503: lazy_gettext("What you were told is done is not lost. Please try again in a few seconds."),
}
# The database may have stored the change and died before it said so; every action refuses to be
# done twice.
_PERHAPS_DONE = lazy_gettext(
    "We cannot tell whether this last step was stored. Look before you go on, or send it again in "
    "a few seconds: nothing is done twice."
)
_STALE = lazy_gettext(
    "The page was open for a long time, or somebody signed in elsewhere in the meantime. Nothing "
    "was changed, and what you typed is still here."
)
_RETRY_AFTER_SECONDS = "5"
# One answer for an unknown, a malformed and somebody else's id, so that none can be told apart;
# and when the database is away, what matters is what that means for the person.
_UNSPOKEN = frozenset({404, 503})


# Where the same form may well succeed, or needs another word: nothing typed is lost.
_WORTH_SENDING_AGAIN = frozenset({409, 422, 429, 500, 503})


def init_app(app: Flask) -> None:
    """Answer every error with a page, or with a message for htmx."""
    app.register_error_handler(DomainError, refused)
    app.register_error_handler(CSRFError, _unchecked)
    app.register_error_handler(HTTPException, _failed)
    app.register_error_handler(Exception, _broken)
    for outage in (*OUTAGES, TimeoutError):
        app.register_error_handler(outage, _away)


def refused(error: DomainError) -> Response:
    """Answer what the domain refused."""
    status = STATUS_OF[error.kind]
    if error.kind is Kind.UNAVAILABLE:
        log.warning("%s could not be answered: %s", request.endpoint, error)
    response = _answer(status, None if status in _UNSPOKEN else said(error))
    return with_wait(response, error)


def refused_form(template: str, form: PageForm, error: DomainError, **context: Any) -> Response:
    """Show a form again with what the domain refused, and with what was typed."""
    form.refuse(error)
    return with_wait(page(template, status=STATUS_OF[error.kind], form=form, **context), error)


def with_wait(response: Response, error: DomainError) -> Response:
    """Tell in an answer's headers how long to wait, where that is why something was refused."""
    if isinstance(error, TooManyTries):
        response.headers["Retry-After"] = str(ceil(error.wait.total_seconds()))
    return response


def _unchecked(_: CSRFError) -> Response:
    """Show what was typed once more, so that one button sends it with a fresh token.

    An open page gets the token alone (static/js/app.js): there, what was typed stays in its place.
    """
    if wants_fragment():
        response = message_only(Message(text=_press_again(), role="alert"), 400)
        response.headers["HX-Trigger"] = json.dumps({"freshtoken": generate_csrf()})
        return response
    return page(
        "errors/resend.html",
        status=400,
        title=str(_TITLES[400]),
        sentence=_STALE,
        form=resendable(request),
    )


def _press_again() -> str:
    parts = [str(_STALE), gettext("Please press once more.")]
    if g.get("user") is not None:
        parts.append(gettext("You are signed in as %(name)s.", name=g.user.name))
    return " ".join(parts)


def _failed(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400 or request.endpoint == "static":
        # A redirect that routing asks for, or no such file: in its place nobody reads a page.
        return Response("", status, error.get_headers())
    response = _answer(status, None)
    if status == 405:
        response.allow.update(error.valid_methods or ())  # type: ignore[attr-defined]
    return response


def _away(error: Exception) -> Response:
    log.warning("the database did not answer: %s", type(error).__name__)
    return _answer(503, None)


def _broken(error: Exception) -> Response:
    log.exception("unexpected error at %s", request.endpoint, exc_info=error)
    return _answer(500, None)


def _answer(status: int, sentence: str | None) -> Response:
    text = sentence or _sentence(status)
    title = str(_TITLES.get(status) or gettext("That did not work"))
    if wants_fragment():
        response = message_only(Message(text=f"{title}. {text}", role="alert"), status)
    else:
        form = resendable(request) if _can_be_sent_again(status) else None
        response = page("errors/error.html", status=status, title=title, sentence=text, form=form)
    if status == 503:
        response.headers["Retry-After"] = _RETRY_AFTER_SECONDS
    return response


def _sentence(status: int) -> str:
    if status == 503 and request.method == "POST":
        return str(_PERHAPS_DONE)
    return str(_SENTENCES.get(status) or gettext("Nothing was changed."))


def _can_be_sent_again(status: int) -> bool:
    return request.method == "POST" and status in _WORTH_SENDING_AGAIN
