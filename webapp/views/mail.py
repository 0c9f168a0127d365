"""The e-mails that a practice without a mail server would have sent, for trying it out."""

from pathlib import Path

from flask import Blueprint, Response, current_app, request

from domain.errors import NotFound
from webapp.config import WebConfig
from webapp.presenters.letters import letter, letters
from webapp.responses import page

bp = Blueprint("mail", __name__, url_prefix="/mail")


@bp.get("")
def index() -> Response:
    """List the e-mails, newest first."""
    older_than = request.args.get("older_than", "")
    shown, is_more = letters(_folder(), older_than)
    return page("mail/index.html", letters=shown, is_first=not older_than, is_more=is_more)


@bp.get("/<name>")
def show(name: str) -> Response:
    """Show one e-mail."""
    found = letter(_folder(), name)
    if found is None:
        raise NotFound("There is no such e-mail.")
    return page("mail/show.html", letter=found)


def _folder() -> Path:
    config: WebConfig = current_app.extensions["bookwell"]
    return config.mail_folder or Path()
