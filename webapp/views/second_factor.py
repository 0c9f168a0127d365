"""The second factor: setting it up, taking it away, and typing its code."""

from typing import Any

import segno
from flask import Blueprint, Response, current_app, g
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeTimedSerializer

from domain import clinic, totp
from domain.actions.second_factor import add_second_factor, finish_sign_in, remove_second_factor
from domain.errors import Conflict, Invalid, TooManyTries
from webapp.config import WebConfig
from webapp.entrance import half_way, start_over, welcome
from webapp.errors import refused_form
from webapp.forms.account import CodeForm, RemoveSecondFactorForm, SecondFactorForm
from webapp.responses import Message, go_to, page
from webapp.visitors import visitor

bp = Blueprint("second_factor", __name__)

_PAGE = "accounts/second_factor.html"
_OFFER_HOLDS_SECONDS = 1800


@bp.get("/account/second-factor")
async def show() -> Response:
    """Show a secret to scan, or that there is a second factor already."""
    if g.user.second_factor:
        return page(_PAGE, form=RemoveSecondFactorForm())
    secret = totp.new_secret()
    form = SecondFactorForm(formdata=None, offered=_offers().dumps([str(g.user.id), secret]))
    return page(_PAGE, form=form, **_picture(secret))


@bp.post("/account/second-factor")
async def add() -> Response:
    """Check the first code and show the recovery codes, this once."""
    form = SecondFactorForm()
    secret = _offered(form.offered.data or "")
    if secret is None:
        return go_to("second_factor.show")
    if not form.validate():
        return page(_PAGE, status=422, form=form, **_picture(secret))
    password, code = form.current_password.data, form.code.data
    try:
        codes = await add_second_factor(g.user, secret=secret, code=code, password=password)
    except (Invalid, TooManyTries, Conflict) as error:
        return refused_form(_PAGE, form, error, **_picture(secret))
    return page("accounts/recovery_codes.html", codes=codes)


@bp.post("/account/second-factor/remove")
async def remove() -> Response:
    """Go without it again; it may be gone already, by way of another page."""
    if g.user.second_factor is None:
        return go_to("second_factor.show")
    form = RemoveSecondFactorForm()
    if not form.validate():
        return page(_PAGE, status=422, form=form)
    try:
        await remove_second_factor(g.user, password=form.current_password.data)
    except (Invalid, TooManyTries, Conflict) as error:
        return refused_form(_PAGE, form, error)
    return go_to("account.show", message=Message(text=gettext("The second factor is removed.")))


@bp.route("/login/code", methods=["GET", "POST"])
async def ask() -> Response:
    """Ask whoever has proved the password for the code, and open a session."""
    half, form = half_way(), CodeForm()
    if half is None:
        return start_over()
    if not form.validate_on_submit():
        return page("accounts/code.html", status=422 if form.is_submitted() else 200, form=form)
    person_id, changed_at, wanted = half
    try:
        person, secret = await finish_sign_in(person_id, changed_at, form.code.data, visitor())
    except (Invalid, TooManyTries) as error:
        return refused_form("accounts/code.html", form, error)
    return welcome(person, secret, wanted)


def _picture(secret: str) -> dict[str, Any]:
    address = totp.address(secret, email=g.user.email, practice=clinic.current().name)
    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=3, light="white")
    return {"secret": secret, "picture": picture}


def _offered(signed: str) -> str | None:
    try:
        person_id, secret = _offers().loads(signed, max_age=_OFFER_HOLDS_SECONDS)
    except (BadSignature, ValueError):
        return None
    return str(secret) if person_id == str(g.user.id) else None


def _offers() -> URLSafeTimedSerializer:
    config: WebConfig = current_app.extensions["bookwell"]
    return URLSafeTimedSerializer(config.secret_key, salt="second factor")
