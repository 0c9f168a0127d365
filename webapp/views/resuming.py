"""Going on where a session had ended."""

from flask import Blueprint, Response, session
from flask_babel import gettext

from domain.errors import NotFound
from webapp.kept_forms import kept
from webapp.responses import Message, go_to_path, page

bp = Blueprint("resuming", __name__)


@bp.get("/resume")
async def show() -> Response:
    """Show what was typed, to be sent with one button."""
    form = await kept()
    return page("accounts/resume.html", form=form) if form else _too_late()


def _too_late() -> Response:
    """Lead to where the person wanted to go before, or say that nothing ever waited here."""
    if session.pop("kept", None) is None:
        raise NotFound("Nothing waits here.")
    text = gettext("What you typed before you signed in was kept for an hour. It is gone now.")
    return go_to_path(session.pop("wanted", "/"), message=Message(text=text, role="alert"))
