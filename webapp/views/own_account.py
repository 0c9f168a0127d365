"""One's own name, number and password."""

from flask import Blueprint, Response, g, session
from flask_babel import gettext

from domain.actions.own_account import change_password, introduce
from domain.errors import Conflict, Invalid, TooManyTries
from webapp.errors import refused_form
from webapp.forms.account import ParticularsForm, PasswordForm
from webapp.presenters.devices import this_device
from webapp.responses import Message, go_to, page

bp = Blueprint("own_account", __name__, url_prefix="/account")


@bp.route("/particulars", methods=["GET", "POST"])
async def particulars() -> Response:
    """Show and change one's name and number."""
    form = ParticularsForm(name=g.user.name, phone=g.user.phone)
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return page("accounts/particulars.html", status=status, form=form)
    try:
        await introduce(g.user, name=form.name.data, phone=form.phone.data or "")
    except (Invalid, Conflict) as error:
        return refused_form("accounts/particulars.html", form, error)
    return go_to("account.show", message=Message(text=gettext("Saved.")))


@bp.route("/password", methods=["GET", "POST"])
async def password() -> Response:
    """Change the password, and sign out everywhere else."""
    form = PasswordForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return page("accounts/password.html", status=status, form=form)
    current, wanted = form.current_password.data, form.password.data
    try:
        secret = await change_password(g.user, current, wanted, device=this_device())
    except (Invalid, TooManyTries, Conflict) as error:
        return refused_form("accounts/password.html", form, error)
    session.clear()
    session["uid"], session["sid"] = str(g.user.id), secret
    text = gettext("Your password is changed, and you are signed out in every other browser.")
    return go_to("account.show", message=Message(text=text))
