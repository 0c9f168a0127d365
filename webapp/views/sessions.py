"""Where one is signed in, and ending that."""

from flask import Blueprint, Response, g
from flask_babel import gettext

from domain.actions import sessions
from webapp.entrance import leave
from webapp.kept_forms import demand_ours
from webapp.responses import Message, go_to

bp = Blueprint("sessions", __name__)


@bp.post("/account/sessions/<handle>/end")
async def end(handle: str) -> Response:
    """Sign out in one browser."""
    demand_ours()
    await sessions.end_session(g.user, handle)
    return go_to("account.show", message=Message(text=gettext("That browser is signed out.")))


@bp.post("/logout-everywhere")
async def end_all() -> Response:
    """Sign out in every browser, this one too."""
    demand_ours()
    await sessions.sign_out_everywhere(g.user.id)
    await leave()
    return go_to("accounts.login", message=Message(text=gettext("You are signed out everywhere.")))
