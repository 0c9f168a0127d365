"""What each answer to staff showed of whom, noted once the answer is on its way.

The person at the desk never waits for it, and when it cannot be written, that is logged and the
work goes on: a list that cannot be read because its log cannot be written helps no patient.
"""

import logging
from collections.abc import Callable

from flask import Flask, Response, g, request, session

from domain import audit
from domain.documents import STAFF, User

log = logging.getLogger(__name__)

_AUTHENTICATION = frozenset(
    {"accounts", "confirming", "recovery", "sessions", "own_account", "second_factor"}
)
_REFUSED = frozenset({400, 403, 404, 413, 429})
# To an open page that asks whether anything has changed, and is told that nothing has.
_NOTHING_NEW = frozenset({204, 304})


def init_app(app: Flask) -> None:
    """Watch every request of staff."""
    app.before_request(_watch)
    app.after_request(_note_later)


def _watch() -> None:
    user = g.get("user")
    g.seen = audit.Seen() if user is not None and user.role in STAFF else None
    audit.watch(g.seen)


def _note_later(response: Response) -> Response:
    _leave_trail(response.status_code)
    seen = g.get("seen")
    if seen is not None and response.status_code not in _NOTHING_NEW:
        # A file may still be read from the database while it is sent: only then is all known.
        response.call_on_close(_noting(g.user, request.endpoint or "", seen))
    return response


def _leave_trail(status: int) -> None:
    """Log who tried doors, and each sign-in, sign-out and new password, by id alone."""
    user = g.get("user")
    refused = status in _REFUSED and user is not None
    if refused or (request.method == "POST" and request.blueprint in _AUTHENTICATION):
        who = user.id if user is not None else session.get("uid", "nobody")
        log.info("%s %s answered %d for %s", request.method, request.endpoint, status, who)


def _noting(viewer: User, where: str, seen: audit.Seen) -> Callable[[], None]:
    def note() -> None:
        try:
            audit.note_seen(viewer, where, seen)
        except Exception:
            log.exception("what was shown at %s could not be noted", where)

    return note
