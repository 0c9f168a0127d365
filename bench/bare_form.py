"""A form sent to an app that does nothing, with all that Flask and Flask-WTF do for it."""

from dataclasses import replace

from flask import session
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.csrf import generate_csrf
from wtforms import TextAreaField

from bench.clinic import Filled
from bench.empty_view import EmptyApp
from bench.paths import Path, Visitor


class _Form(FlaskForm):  # type: ignore[misc]
    reason = TextAreaField("Reason")


def bare_form(clinic: Filled) -> Path:
    """Return a request with a signed session, a form token and a form of one field."""
    app = EmptyApp(clinic)
    app.secret_key = "measuring"
    CSRFProtect(app)

    @app.get("/")
    async def token() -> str:
        session["uid"], session["sid"] = "f" * 24, "s" * 43
        return generate_csrf()

    @app.post("/")
    async def ok() -> str:
        return "ok" if _Form().validate() else "refused"

    client = app.test_client()
    known = client.get("/").text
    cookie = "; ".join(f"{one.key}={one.value}" for one in client._cookies.values())
    visitor = Visitor(replace(clinic, app=app), cookie, known)
    return lambda _: visitor.post("/", "reason=")
