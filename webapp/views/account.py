"""One's own account."""

from typing import Any

from flask import Blueprint, Response, g
from flask_babel import gettext

from domain.actions.profile import prefer
from domain.errors import Invalid
from webapp.forms.account import AccountForm
from webapp.presenters.reader import written_for
from webapp.presenters.sessions import own_sessions
from webapp.responses import Message, go_to, page

bp = Blueprint("account", __name__)


@bp.get("/account")
async def show() -> Response:
    """Show what the practice knows about the person, and what they may set."""
    return account_page(AccountForm.of(g.user))


@bp.post("/account")
async def change() -> Response:
    """Set it."""
    form = AccountForm.of(g.user)
    timezone, language = form.timezone.data or "", form.language.data or ""
    try:
        written_for(await prefer(g.user, timezone=timezone, language=language))
    except Invalid as error:
        form.refuse(error)
        return account_page(form, status=422)
    return go_to("account.show", message=Message(text=gettext("Saved.")))


def account_page(form: AccountForm, **answer: Any) -> Response:
    """Return the page; `answer`: what `page` takes beside its context."""
    return page("accounts/account.html", form=form, sessions=own_sessions(), **answer)
