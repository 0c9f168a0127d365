"""Cancelling many appointments of the reception's list at once."""

from flask import Blueprint, Response, g, request

from domain.actions.cancelling import cancel_many
from domain.errors import DomainError, Invalid, NotFound
from domain.ids import Id, parse_id
from domain.queries.appointments import visible
from domain.queries.doctors import known_doctors
from webapp.errors import STATUS_OF
from webapp.forms.desk import CancelManyForm, FilterForm
from webapp.presenters.desk import cancelled_words, ways
from webapp.responses import Message, go_to_path, wants_fragment
from webapp.views.desk import list_page, today_here

bp = Blueprint("desk_changes", __name__, url_prefix="/desk")

_UNKNOWN = "unknown"
Refused = list[tuple[str, DomainError]]


@bp.post("/cancel")
async def cancel() -> Response:
    """Cancel the ticked appointments."""
    form = CancelManyForm()
    form.validate()
    ticked = list(dict.fromkeys(request.form.getlist("appointment_id")))
    form.require_some(ticked)
    if form.refused:
        return await list_page(request.form, form, ticked=ticked, status=422)
    cancelled, refused = await _cancel(ticked, form.reason.data)
    words = cancelled_words(cancelled, refused)
    message = Message(text=words, role="alert" if refused else "status")
    if cancelled:
        return await _done(message)
    error = refused[0][1]
    if isinstance(error, Invalid):
        form.refuse(error)
    return await list_page(
        request.form, form, ticked=ticked, status=STATUS_OF[error.kind], message=message
    )


async def _cancel(ticked: list[str], reason: str) -> tuple[int, Refused]:
    """Return how many were cancelled, and the references of those that were not, and why."""
    known, refused = _read(ticked)
    outcomes = await cancel_many(known, g.user, reason=reason)
    for identifier, error in outcomes:
        if error is not None:
            refused.append((await _reference(identifier), error))
    return len(ticked) - len(refused), refused


def _read(ticked: list[str]) -> tuple[list[Id], Refused]:
    known: list[Id] = []
    refused: Refused = []
    for text in ticked:
        try:
            known.append(parse_id(text))
        except NotFound:
            refused.append((_UNKNOWN, NotFound("There is no such appointment.")))
    return known, refused


async def _reference(identifier: Id) -> str:
    try:
        return (await visible(identifier, g.user)).reference
    except NotFound:
        return _UNKNOWN


async def _done(message: Message) -> Response:
    if wants_fragment():
        return await list_page(request.form, CancelManyForm(formdata=None), message=message)
    filters = FilterForm.asked(request.form, await known_doctors())
    return go_to_path(ways(filters.wanted(today_here()), None).here, message=message)
