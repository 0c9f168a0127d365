"""Who may do what: one table, asked before every view, closed by default."""

from typing import Final

from flask import Flask, Response, abort, current_app, g, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from domain.actions import sessions
from domain.documents import STAFF, Role, User
from domain.documents.user import DESK
from domain.errors import NotFound
from domain.ids import parse_id
from webapp import kept_forms
from webapp.addresses import here
from webapp.config import WebConfig
from webapp.responses import Message, go_to

PUBLIC: Final = None
PATIENT = frozenset({Role.PATIENT})
DOCTOR = frozenset({Role.DOCTOR})
EVERYONE = frozenset(Role)
ADMIN = frozenset({Role.ADMIN})

ACCESS: dict[str, frozenset[Role] | None] = {
    "static": PUBLIC,
    "health.alive": PUBLIC,
    "health.ready": PUBLIC,
    "health.robots": PUBLIC,
    "metrics.show": PUBLIC,
    "doctors.index": PUBLIC,
    "doctors.show": PUBLIC,
    "slots.show": PUBLIC,
    "slots.book": PATIENT,
    "appointments.index": PATIENT,
    "appointments.show": EVERYONE,
    "appointments.cancel": EVERYONE,
    "appointments.restore": EVERYONE,
    "calendar_file.download": EVERYONE,
    "moving.choose": PATIENT | DESK,
    "moving.move": PATIENT | DESK,
    "appointments.mark": DOCTOR | DESK,
    "calendar.week": DOCTOR,
    "calendar.day": DOCTOR,
    "calendar.month": DOCTOR,
    "offering.choose": DOCTOR,
    "offering.plan": DOCTOR,
    "offering.preview": DOCTOR,
    "offering.offer": DOCTOR,
    "offering.offer_many": DOCTOR,
    "withdrawing.ask": DOCTOR,
    "withdrawing.withdraw": DOCTOR,
    "withdrawing.ask_series": DOCTOR,
    "withdrawing.withdraw_many": DOCTOR,
    "desk.index": DESK,
    "desk.changes": DESK,
    "desk_rows.show": DESK,
    "desk_export.csv": DESK,
    "desk_export.paper": DESK,
    "desk_changes.mark": DESK,
    "desk_changes.cancel": DESK,
    "desk_changes.restore": DESK,
    "desk_away.ask": DESK,
    "desk_away.close": DESK,
    "desk_away.reopen": DESK,
    "desk_booking.choose": DESK,
    "desk_booking.who": DESK,
    "desk_booking.search": DESK,
    "desk_booking.confirm": DESK,
    "notifications.index": DESK,
    "notifications.show": DESK,
    "notifications.resend": DESK,
    "notifications.ask_all": DESK,
    "notifications.resend_all": DESK,
    "accounts.login": PUBLIC,
    "accounts.register": PUBLIC,
    "accounts.logout": PUBLIC,
    "manage.show": PUBLIC,  # whoever has the mail
    "manage.act": PUBLIC,
    "recovery.forgot": PUBLIC,
    "recovery.reset": PUBLIC,
    "confirming.show": PUBLIC,  # whoever has the mail
    "confirming.confirm": PUBLIC,
    "confirming.ask_again": PATIENT,
    "account.show": EVERYONE,
    "account.change": EVERYONE,
    "language.switch": PUBLIC,
    "resuming.show": EVERYONE,
    "second_factor.ask": PUBLIC,  # who has proved the password, and is not signed in yet
    "second_factor.show": EVERYONE,
    "second_factor.add": EVERYONE,
    "second_factor.remove": EVERYONE,
    "own_account.particulars": EVERYONE,
    "own_account.password": EVERYONE,
    "sessions.end": EVERYONE,
    "sessions.end_all": EVERYONE,
    "own_data.download": EVERYONE,
    "own_data.ask": PATIENT,
    "own_data.erase": PATIENT,
    "patients.index": ADMIN,
    "patients.search": ADMIN,
    # Nobody can undo it, and whose wish it is has to be made sure of: not one more click of a
    # busy reception.
    "patients.ask": ADMIN,
    "patients.erase": ADMIN,
    "people.index": ADMIN,
    "people.ask": ADMIN,
    "people.add": ADMIN,
    "people.show": ADMIN,
    "people.change": ADMIN,
    "people.deactivate": ADMIN,
    "people.reactivate": ADMIN,
    "audit.index": ADMIN,
    "audit.look": ADMIN,
    "styleguide.index": PUBLIC,
    "mail.index": ADMIN,
    "mail.show": ADMIN,
}
# Sent by open pages that ask by themselves whether anything has changed (static/js/app.js).
_UNATTENDED = "X-Unattended"
_WITHOUT_PERSON = frozenset(
    {"static", "health.alive", "health.ready", "health.robots", "metrics.show"}
)


_WITHOUT_SECOND_FACTOR = frozenset(
    {"second_factor.show", "second_factor.add", "own_account.password", "sessions.end_all"}
)


def init_app(app: Flask) -> None:
    """Find out who asks, and ask the table, before every view."""
    app.before_request(_identify)
    app.before_request(_admit)


def _identify() -> None:
    g.user = None
    if request.endpoint in _WITHOUT_PERSON:
        return
    if "uid" in session:
        g.user = _person(session.get("uid"), session.get("sid"))
        if g.user is None:
            kept_forms.note_whose()
            # An answer that comes late must not undo what another window has signed in meanwhile.
            session.modified = is_attended()
    if g.user is None and ACCESS.get(request.endpoint or "") is not PUBLIC:
        kept_forms.keep()


def _person(user_id: object, secret: object) -> User | None:
    if not isinstance(user_id, str) or not isinstance(secret, str):
        return None
    try:
        return sessions.identify(parse_id(user_id), secret, attended=is_attended())
    except NotFound:
        return None


def is_attended() -> bool:
    """Tell whether somebody asked, and not an open page by itself."""
    return _UNATTENDED not in request.headers


def _admit() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # unknown address or method: Flask answers 404 or 405
    allowed = ACCESS.get(request.endpoint, frozenset())
    if allowed is PUBLIC:
        return None
    if g.user is None and not is_attended():
        # Leading it away would take from under somebody's fingers what they are typing.
        return Response("", 401, {"HX-Reswap": "none"})
    if g.user is None:
        return go_to("accounts.login", next=here())
    if g.user.role not in allowed:
        abort(403)
    if _lacks_second_factor(g.user) and request.endpoint not in _WITHOUT_SECOND_FACTOR:
        text = gettext("Please add a second factor first: staff need one here.")
        return go_to("second_factor.show", message=Message(text=text, role="alert"))
    return None


def _lacks_second_factor(person: User) -> bool:
    config: WebConfig = current_app.extensions["bookwell"]
    return config.second_factor_required and person.role in STAFF and person.second_factor is None
