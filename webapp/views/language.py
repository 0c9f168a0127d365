"""The switch at the foot of every page: in which language to read on."""

from flask import Blueprint, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from domain.actions.profile import read_in
from domain.errors import Invalid
from domain.languages import LANGUAGES
from webapp.addresses import here, safe_path
from webapp.config import WebConfig
from webapp.presenters.reader import LANGUAGE_COOKIE
from webapp.responses import go_to_path

bp = Blueprint("language", __name__)

_A_YEAR = 365 * 24 * 3600


@bp.post("/language")
async def switch() -> Response:
    """Keep the language in the browser, and in the account if somebody is signed in."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        raise Invalid("Please choose a language from the list.")
    if g.user is not None:
        await read_in(g.user, language)
    response = go_to_path(_back())
    config: WebConfig = current_app.extensions["bookwell"]
    response.set_cookie(
        LANGUAGE_COOKIE,
        language,
        max_age=_A_YEAR,
        secure=config.secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _back() -> str:
    """Return the page that the switch was on; the first one if that answers only a form."""
    # A page whose address is a secret sends no Referer: its form says where it is.
    came_from = here() or safe_path(request.form.get("back")) or "/"
    try:
        current_app.url_map.bind("").match(came_from.partition("?")[0], method="GET")
    except HTTPException:
        return "/"
    return came_from
