"""One's own data: taken home as a file, or erased."""

import json
from typing import Any

from flask import Blueprint, Response, g
from flask_babel import gettext

from domain.actions.erasing import erase_oneself
from domain.actions.erasures import subjects_of
from domain.documents import Role
from domain.errors import Conflict, Invalid
from domain.queries.appointments import of_patient
from domain.queries.own_data import own_data
from webapp.entrance import leave_for_good
from webapp.errors import STATUS_OF
from webapp.forms.account import EraseForm
from webapp.languages import translated
from webapp.responses import Message, go_to, page
from webapp.trace import deliveries

bp = Blueprint("own_data", __name__, url_prefix="/account")

_MOST_MESSAGES = 5000


@bp.get("/data.json")
async def download() -> Response:
    """Send everything that is stored about the person."""
    found = await own_data(g.user)
    # Others may have registered with a patient's address, and the desk may have changed it.
    mine = set(await subjects_of(g.user.id)) if g.user.role is Role.PATIENT else None
    messages, _ = await deliveries().newest(
        state=None, recipients=[g.user.email], before=None, size=_MOST_MESSAGES
    )
    found["messages"] = [
        {
            "what": one.event_kind,
            "to": one.recipient,
            "at": one.created_at.isoformat(),
            "state": str(one.state),
        }
        for one in messages
        if mine is None or one.subject_id in mine
    ]
    return Response(
        json.dumps(found, ensure_ascii=False, indent=2),
        mimetype="application/json",
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
    )


@bp.get("/erase")
async def ask() -> Response:
    """Say what erasing means, and ask for the password."""
    return await _asked(EraseForm())


@bp.post("/erase")
async def erase() -> Response:
    """Erase the person, and sign them out of what is no longer there."""
    form = EraseForm()
    try:
        await erase_oneself(g.user, form.password.data or "")
    except (Invalid, Conflict) as error:
        form.refuse(error)
        message = None
        if isinstance(error, Conflict):
            message = Message(text=translated(error.sentence), role="alert")
        return await _asked(form, status=STATUS_OF[error.kind], message=message)
    leave_for_good()
    text = gettext("Your account is erased. Messages to you are removed within a minute.")
    return go_to("doctors.index", message=Message(text=text))


async def _asked(form: EraseForm, **answer: Any) -> Response:
    ahead = (await of_patient(g.user.id)).upcoming
    return page("accounts/erase.html", form=form, ahead=ahead, **answer)
