"""Asking for a new password, and setting it."""

from flask import Blueprint, Response, request
from flask_babel import gettext

from domain.actions import recovery
from domain.errors import Invalid, NotFound, TooManyTries
from webapp.entrance import leave
from webapp.errors import refused_form
from webapp.forms.accounts import ForgotForm, NewPasswordForm
from webapp.responses import Message, go_to, page
from webapp.visitors import visitor

bp = Blueprint("recovery", __name__)


@bp.route("/forgot", methods=["GET", "POST"])
async def forgot() -> Response:
    """Write a link to a new password, to whoever may have the address."""
    form = ForgotForm()
    if not form.validate_on_submit():
        if form.is_submitted():
            return page("accounts/forgot.html", status=422, form=form, sent=False)
        return page("accounts/forgot.html", form=form, sent="sent" in request.args)
    try:
        await recovery.ask_for_reset(form.email.data, origin=visitor().origin)
    except TooManyTries as error:
        return refused_form("accounts/forgot.html", form, error, sent=False)
    return go_to("recovery.forgot", sent=1)


@bp.route("/reset/<token>", methods=["GET", "POST"])
async def reset(token: str) -> Response:
    """Ask for the new password, and set it."""
    form = NewPasswordForm()
    try:
        await recovery.reset_shown(token)
        if not form.validate_on_submit():
            status = 422 if form.is_submitted() else 200
            return page("accounts/reset.html", status=status, form=form)
        await recovery.reset_password(token, form.password.data)
    except Invalid as error:
        return refused_form("accounts/reset.html", form, error)
    except NotFound:
        return page("accounts/reset.html", status=404, form=None)
    await leave()
    changed = gettext("Your password is changed. Please sign in with it.")
    return go_to("accounts.login", message=Message(text=changed))
