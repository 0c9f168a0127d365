"""Registering, signing in and out."""

from flask import Blueprint, Response, g, request, session

from domain.actions import accounts, sessions
from domain.documents import Role, User
from domain.errors import Invalid
from domain.ids import parse_id
from webapp.addresses import safe_path
from webapp.forms.accounts import RegisterForm, SignInForm
from webapp.presenters.devices import this_device
from webapp.responses import Message, go_to, go_to_path, page

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
        person, secret = await sessions.sign_in(
            form.email.data, form.password.data, device=this_device()
        )
    except Invalid as error:
        form.refuse(error)
        return page("accounts/login.html", status=422, form=form)
    return _welcome(person, secret, form.next.data)


@bp.route("/register", methods=["GET", "POST"])
async def register() -> Response:
    """Make a patient's account and sign in to it."""
    form = RegisterForm(next=safe_path(request.args.get("next")))
    if not form.validate_on_submit():
        return page("accounts/register.html", status=422 if form.is_submitted() else 200, form=form)
    email, password = form.email.data, form.password.data
    try:
        await accounts.register(
            email=email, password=password, name=form.name.data, phone=form.phone.data or ""
        )
        person, secret = await sessions.sign_in(email, password, device=this_device())
    except Invalid as error:
        form.refuse(error)
        return page("accounts/register.html", status=422, form=form)
    return _welcome(person, secret, form.next.data)


@bp.post("/logout")
async def logout() -> Response:
    """End this browser's session."""
    if g.user is not None:
        await sessions.sign_out(parse_id(session["uid"]), session["sid"])
    session.clear()
    return go_to("doctors.index", message=Message(text="You are signed out."))


def _welcome(person: User, secret: str, wanted: str | None) -> Response:
    # A session that was planted before, and its form token, must not survive.
    session.clear()
    session["uid"], session["sid"] = str(person.id), secret
    path = safe_path(wanted) or _FIRST_PAGE[person.role]
    return go_to_path(path, message=Message(text=f"Welcome, {person.name}."))
