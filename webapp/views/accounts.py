"""Registering, signing in and out."""

from flask import Blueprint, Response, request
from flask_babel import gettext

from domain import clinic
from domain.actions import registering, sessions
from domain.actions.signing_in import CodeNeeded, sign_in
from domain.errors import Invalid, TooManyTries
from translations.locales import language_of
from webapp import kept_forms
from webapp.addresses import safe_path
from webapp.entrance import ask_for_code, leave, welcome
from webapp.errors import refused_form
from webapp.forms.accounts import RegisterForm, SignInForm
from webapp.presenters.reader import reader
from webapp.responses import Message, go_to, page
from webapp.visitors import visitor

bp = Blueprint("accounts", __name__)


@bp.route("/login", methods=["GET", "POST"])
async def login() -> Response:
    """Ask who it is, and open a session."""
    form = SignInForm(next=safe_path(request.args.get("next")))
    if not form.validate_on_submit():
        return page("accounts/login.html", status=422 if form.is_submitted() else 200, form=form)
    try:
        person, secret = await sign_in(form.email.data, form.password.data, visitor())
    except CodeNeeded as half:
        return ask_for_code(half, form.next.data)
    except (Invalid, TooManyTries) as error:
        return refused_form("accounts/login.html", form, error)
    return welcome(person, secret, form.next.data)


@bp.route("/register", methods=["GET", "POST"])
async def register() -> Response:
    """Make a patient's account and sign in to it."""
    form = RegisterForm(next=safe_path(request.args.get("next")))
    if not form.validate_on_submit():
        return page("accounts/register.html", status=422 if form.is_submitted() else 200, form=form)
    try:
        person = await registering.register(
            email=form.email.data,
            password=form.password.data,
            name=form.name.data,
            phone=form.phone.data or "",
            language=_language(),
            origin=visitor().origin,
        )
    except (Invalid, TooManyTries) as error:
        return refused_form("accounts/register.html", form, error)
    secret = await sessions.open_session(person, device=visitor().device)
    return welcome(person, secret, form.next.data)


def _language() -> str | None:
    """Return in which language to write to a newcomer, where it is not the practice's."""
    spoken = reader().locale.language
    return spoken if spoken != language_of(clinic.current().locale) else None


@bp.post("/logout")
async def logout() -> Response:
    """End this browser's session, also where the page has been open for days."""
    kept_forms.demand_ours()
    await leave()
    return go_to("doctors.index", message=Message(text=gettext("You are signed out.")))
