"""What was typed when a session had ended: kept until the same person has signed in again."""

import json

from flask import current_app, request, session
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from domain import kept_forms
from webapp.presenters.resending import ResentForm, resendable, resent


def keep() -> list[str] | None:
    """Keep the posted form if it is ours; return what the session needs to find it again."""
    if request.method != "POST":
        return None
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return None
    form = resendable(request)
    if form is None or not form.fields:
        return None
    sent = [(field.name, field.value) for field in form.fields]
    text = json.dumps({"action": form.action, "sent": sent})
    who, left_by = str(session["uid"]), str(session.get("sid"))
    kept = current_app.ensure_sync(kept_forms.keep)(text, f"{who} {left_by}")
    return [*kept, who] if kept else None


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
