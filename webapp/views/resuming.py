"""Going on where a session had ended."""

from flask import Blueprint, Response

from domain.errors import NotFound
from webapp.kept_forms import kept
from webapp.responses import page

bp = Blueprint("resuming", __name__)


@bp.get("/resume")
async def show() -> Response:
    """Show what was typed, to be sent with one button."""
    form = await kept()
    if form is None:
        raise NotFound("Nothing waits here.")
    return page("accounts/resume.html", form=form)
