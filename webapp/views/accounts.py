"""Registering, signing in and out."""

from flask import Blueprint, Response, g, request, session
from flask_babel import gettext

from domain.actions import accounts, sessions
from domain.actions.signing_in import sign_in
from domain.documents import Role, User
from domain.errors import Invalid, TooManyTries
from domain.ids import parse_id
from webapp.addresses import safe_path
from webapp.errors import refused_form
from webapp.forms.accounts import RegisterForm, SignInForm
from webapp.responses import Message, go_to, go_to_path, page
from webapp.visitors import remember, visitor

bp = Blueprint("accounts", __name__)

_FIRST_PAGE = {
    Role.PATIENT: "/",
    Role.DOCTOR: "/calendar",
    Role.RECEPTIONIST: "/desk",
    Role.ADMIN: "/desk",
}


@bp.route("/login", methods=["GET", "POST"])
async def login() -> Response:
    """Ask who it is, and open a session."""
    form = SignInForm(next=safe_path(request.args.get("next")))
    if not form.validate_on_submit():
        return page("accounts/login.html", status=422 if form.is_submitted() else 200, form=form)
    try:
        person, secret = await sign_in(form.email.data, form.password.data, visitor())
    except (Invalid, TooManyTries) as error:
        return refused_form("accounts/login.html", form, error)
    return _welcome(person, secret, form.next.data)


@bp.route("/register", methods=["GET", "POST"])
async def register() -> Response:
    """Make a patient's account and sign in to it."""
    form = RegisterForm(next=safe_path(request.args.get("next")))
    if not form.validate_on_submit():
        return page("accounts/register.html", status=422 if form.is_submitted() else 200, form=form)
    try:
        person = await accounts.register(
            email=form.email.data,
            password=form.password.data,
            name=form.name.data,
            phone=form.phone.data or "",
            origin=visitor().origin,
        )
    except (Invalid, TooManyTries) as error:
        return refused_form("accounts/register.html", form, error)
    secret = await sessions.open_session(person.id, device=visitor().device)
    return _welcome(person, secret, form.next.data)


@bp.post("/logout")
async def logout() -> Response:
    """End this browser's session."""
    if g.user is not None:
        await sessions.sign_out(parse_id(session["uid"]), session["sid"])
    session.clear()
    return go_to("doctors.index", message=Message(text=gettext("You are signed out.")))


def _welcome(person: User, secret: str, wanted: str | None) -> Response:
    # A session that was planted before, and its form token, must not survive.
    session.clear()
    session["uid"], session["sid"] = str(person.id), secret
    path = safe_path(wanted) or _FIRST_PAGE[person.role]
    welcome = gettext("Welcome, %(name)s.", name=person.name)
    return remember(go_to_path(path, message=Message(text=welcome)), person)
