"""Who has just sent a form sees what has become of it, whichever process answers.

Each process keeps free times for a moment, and hears at once only of what was changed on its own
machine (`domain/queries/changes.py`). So a browser notes for some seconds that it has sent a form:
it is answered from the database, whether it has changed anything or heard that it came too late.
"""

from flask import Flask, Response, current_app, request

from domain import clock
from webapp.config import WebConfig

COOKIE = "changed"
# Longer than any answer is kept, and than the clocks of two machines are apart.
_SECONDS = 5
# A crowd that signs in and looks at one week has changed nothing of it.
_NOT_ABOUT_TIMES = frozenset({"accounts", "language", "second_factor"})


def init_app(app: Flask) -> None:
    """Mark each browser that sends a form."""
    app.after_request(_mark)


def sent_a_form_just_now() -> bool:
    """Tell whether this browser may know of changes that another process does not."""
    sent = request.cookies.get(COOKIE, "")
    return sent.isdecimal() and abs(clock.now().timestamp() - float(sent[:12])) < _SECONDS


def _mark(response: Response) -> Response:
    # A cookie of its own: the session's, written by an answer that comes late, would undo what
    # another window has signed in meanwhile. Nobody gains by a forged one: it costs a read.
    if request.method == "POST" and request.blueprint not in _NOT_ABOUT_TIMES:
        config: WebConfig = current_app.extensions["bookwell"]
        response.set_cookie(
            COOKIE,
            f"{clock.now().timestamp():.0f}",
            max_age=_SECONDS,
            secure=config.secure,
            httponly=True,
            samesite="Lax",
        )
    return response
