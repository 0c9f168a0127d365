"""Letting somebody in, with a new session in the browser and where to go first, and out."""

from datetime import datetime
from typing import Any

from flask import Response, current_app, g, session
from flask_babel import gettext

from domain import clock
from domain.actions.sessions import sign_out
from domain.actions.signing_in import CodeNeeded
from domain.documents import STAFF, Role, User
from domain.ids import Id, parse_id
from webapp.addresses import safe_path
from webapp.config import WebConfig
from webapp.kept_forms import note_whose
from webapp.presenters.reader import written_for
from webapp.responses import Message, go_to, go_to_path
from webapp.visitors import remember

_FIRST_PAGE = {
    Role.PATIENT: "/",
    Role.DOCTOR: "/calendar",
    Role.RECEPTIONIST: "/desk",
    Role.ADMIN: "/desk",
}
_HALF_SECONDS = 300


def welcome(person: User, secret: str, wanted: str | None) -> Response:
    """Let a person in, and lead to where they wanted to go or what they left behind."""
    kept = _emptied()
    session["uid"], session["sid"] = str(person.id), secret
    written_for(person)
    path = safe_path(wanted) or _FIRST_PAGE[person.role]
    if kept and kept[2] == str(person.id):
        session["kept"], session["wanted"], path = kept, path, "/resume"
    response = go_to_path(path, message=Message(text=_greeting(person)))
    return remember(response, person)


async def leave() -> None:
    """Sign this browser out; what is said from here on is for whoever has it.

    What is unfinished in a page that is still open may be sent, and waits for its sender.
    """
    # The cookie is not emptied: its token alone tells such a form from a forged one, id and secret
    # to whom it is given back. They let nobody in, as the session ends here.
    if g.user is not None:
        await sign_out(g.user.id, session["sid"])
    note_whose()
    written_for(None)


def leave_for_good() -> None:
    """Sign this browser out of an account that there is no more."""
    session.clear()
    written_for(None)


def ask_for_code(half: CodeNeeded, wanted: str | None) -> Response:
    """Remember for a few minutes whose password was right, and ask for the code."""
    kept = _emptied()
    if kept:
        session["kept"] = kept
    changed_at = half.password_changed_at.isoformat() if half.password_changed_at else None
    until = clock.now().timestamp() + _HALF_SECONDS
    session["half_in"] = [str(half.person_id), changed_at, until, safe_path(wanted)]
    return go_to("second_factor.ask")


def half_way() -> tuple[Id, datetime | None, str | None] | None:
    """Return whose password was right just before, of when it is, and where they wanted to go."""
    if "half_in" not in session:
        return None
    person_id, changed_at, until, wanted = session["half_in"]
    if clock.now().timestamp() > until:
        return None
    return parse_id(person_id), changed_at and datetime.fromisoformat(changed_at), wanted


def start_over() -> Response:
    """Ask for the password, which nobody has proved just before, and then lead on as wanted."""
    *_, wanted = session.get("half_in", [None])
    text = gettext("Please sign in first; then you have five minutes for the code.")
    return go_to("accounts.login", next=wanted, message=Message(text=text, role="alert"))


def _emptied() -> Any:
    """Empty the session: one that was planted before, and its form token, must not survive."""
    kept = session.get("kept")
    session.clear()
    return kept


def _greeting(person: User) -> str:
    welcome_words = gettext("Welcome, %(name)s.", name=person.name)
    if person.unconfirmed is not None:
        advice = gettext("We have written to you: please confirm your address with the link there.")
        return f"{welcome_words} {advice}"
    config: WebConfig = current_app.extensions["bookwell"]
    if person.role not in STAFF or person.second_factor or config.demo:
        return welcome_words
    advice = gettext("Please add a second factor on your account: a password alone can be stolen.")
    return f"{welcome_words} {advice}"
