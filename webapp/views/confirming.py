"""Confirming the address that an account was registered with."""

from flask import Blueprint, Response, g
from flask_babel import gettext

from domain.actions import confirming, registering, sessions
from domain.documents import User
from domain.errors import Conflict, Invalid, NotFound, TooManyTries
from webapp.entrance import leave_for_good, welcome
from webapp.errors import STATUS_OF, refused_form, with_wait
from webapp.forms.account import AccountForm
from webapp.forms.accounts import ConfirmForm
from webapp.languages import said
from webapp.responses import Message, go_to, page
from webapp.views.account import account_page
from webapp.visitors import visitor

bp = Blueprint("confirming", __name__)

_PAGE = "accounts/confirm.html"


@bp.get("/confirm/<token>")
async def show(token: str) -> Response:
    """Ask whether it was them; a mail scanner that looks changes nothing."""
    try:
        registered = await confirming.registered_with(token)
    except NotFound:
        return page(_PAGE, status=404, form=None)
    return page(_PAGE, form=ConfirmForm(), own=_is_reader(registered))


@bp.post("/confirm/<token>")
async def confirm(token: str) -> Response:
    """Confirm it."""
    form = ConfirmForm()
    try:
        registered = await confirming.registered_with(token)
        account = await confirming.confirm(token, reader=g.user, password=form.password.data or "")
    except NotFound:
        return page(_PAGE, status=404, form=None)
    except (Invalid, TooManyTries, Conflict) as error:
        return refused_form(_PAGE, form, error, own=_is_reader(registered))
    return await _confirmed(registered, account)


@bp.post("/account/confirmation")
async def ask_again() -> Response:
    """Write another link to the address of one's account."""
    try:
        await registering.ask_again(g.user)
    except (Conflict, TooManyTries) as error:
        message, status = Message(text=said(error), role="alert"), STATUS_OF[error.kind]
        answer = account_page(AccountForm.of(g.user), status=status, message=message)
        return with_wait(answer, error)
    text = gettext("We have written to %(email)s again.", email=g.user.email)
    return go_to("account.show", message=Message(text=text))


async def _confirmed(registered: User, account: User) -> Response:
    if account.id != registered.id:
        if _is_reader(registered):
            leave_for_good()
        text = gettext("What you booked is in your account now. Please sign in to it.")
        return go_to("accounts.login", message=Message(text=text))
    text = gettext("Your address is confirmed.")
    if _is_reader(registered):
        return go_to("account.show", message=Message(text=text))
    if account.second_factor is not None:
        return go_to("accounts.login", message=Message(text=text))
    secret = await sessions.open_session(account, device=visitor().device)
    return welcome(account, secret, None)


def _is_reader(person: User) -> bool:
    return g.user is not None and g.user.id == person.id
