"""Who asks to be let in: from where, with which browser, and whether it is known."""

import secrets

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from domain.actions.signing_in import Visitor
from domain.documents import User
from domain.errors import NotFound
from domain.ids import Id, parse_id
from webapp.config import WebConfig
from webapp.presenters.devices import this_device

_KEPT_SECONDS = 365 * 24 * 3600


def visitor() -> Visitor:
    """Return who sends this request."""
    return Visitor(origin=request.remote_addr or "", device=this_device(), known=_known())


def remember(response: Response, person: User) -> Response:
    """Let this browser show later on that a person has been signed in with it.

    It opens nothing: it only keeps those who guess elsewhere from making the person wait here.
    """
    known = _known()
    mark = known[1] if known and known[0] == person.id else secrets.token_urlsafe(16)
    response.set_cookie(
        _name(),
        _serializer().dumps([str(person.id), mark]),
        max_age=_KEPT_SECONDS,
        secure=_config().secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _known() -> tuple[Id, str] | None:
    try:
        person_id, mark = _serializer().loads(request.cookies.get(_name(), ""))
        return parse_id(person_id), str(mark)
    except (BadSignature, NotFound, TypeError, ValueError):
        return None


def _name() -> str:
    return "__Host-bookwell-known" if _config().secure else "bookwell-known"


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(_config().secret_key, salt="known browser")


def _config() -> WebConfig:
    config: WebConfig = current_app.extensions["bookwell"]
    return config
