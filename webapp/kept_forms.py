"""What was typed when a session had ended: kept until the same person has signed in again."""

import json

from flask import current_app, request, session
from flask_wtf.csrf import CSRFError, validate_csrf
from wtforms import ValidationError

from domain import kept_forms
from webapp.presenters.resending import ResentForm, resendable, resent

# Nothing is done with it before its sender has seen it again: it may be of any age.
_ANY_AGE = 10 * 365 * 24 * 3600


def note_whose() -> None:
    """Sign this browser out of a session that has ended, here or elsewhere.

    Whose it was and its form token stay in the cookie.
    """
    if "uid" in session:
        session["left"] = [str(session["uid"]), str(session.get("sid"))]
    for name in session.keys() - {"csrf_token", "left"}:
        del session[name]


def keep() -> None:
    """Keep the posted form if it is one of ours and was sent where a session has ended."""
    if request.method != "POST" or "left" not in session or not is_ours():
        return
    form = resendable(request)
    if form is None or not form.fields:
        return
    sent = [(field.name, field.value) for field in form.fields]
    text = json.dumps({"action": form.action, "sent": sent})
    who, secret = session["left"]
    kept = current_app.ensure_sync(kept_forms.keep)(text, f"{who} {secret}")
    if kept:
        session["kept"] = [*kept, who]


def demand_ours() -> None:
    """Let a form of any age pass, for what must never have to be asked for twice.

    Raises:
        CSRFError: no page of this very session sent it.
    """
    if not is_ours():
        raise CSRFError


def is_ours() -> bool:
    """Tell whether a page of this very session sent the form, however long it had been open."""
    try:
        validate_csrf(request.form.get("csrf_token"), time_limit=_ANY_AGE)
    except ValidationError:
        return False
    return True


async def kept() -> ResentForm | None:
    """Return the form that this browser left behind."""
    if "kept" not in session:
        return None
    name, key, _ = session["kept"]
    text = await kept_forms.kept(name, key)
    if text is None:
        return None
    found = json.loads(text)
    # An older version kept them in another shape; they are gone within the hour.
    return resent(found["action"], found["sent"]) if "sent" in found else None
