"""The token of a browser's forms, put into an answer once it is written.

What stands around forms is the same for many and kept (`kept_by_key`); a token is one browser's.
So templates write a mark in its place, which no answer shows and nobody can guess.
"""

import secrets
from functools import lru_cache

from flask import Flask, Response, session
from flask_wtf.csrf import generate_csrf

from domain import clock

MARK = f"token-{secrets.token_hex(16)}"
_FIELD = "csrf_token"
# A token is good for hours: to sign it anew for each page is a twentieth of what a page costs.
_SIGNED_SECONDS = 600


def init_app(app: Flask) -> None:
    """Let templates write forms; call it after Flask-WTF, whose tokens these are."""
    app.jinja_env.globals["csrf_token"] = lambda: MARK
    app.after_request(_put_in)


def _put_in(response: Response) -> Response:
    if response.mimetype == "text/html":
        body = response.get_data(as_text=True)
        if MARK in body:
            response.set_data(body.replace(MARK, _token()))
    return response


def _token() -> str:
    if _FIELD not in session:
        generate_csrf()
    return _signed(session[_FIELD], int(clock.now().timestamp()) // _SIGNED_SECONDS)


@lru_cache(maxsize=4096)
def _signed(_raw: str, _ten_minutes: int) -> str:
    return str(generate_csrf())
