"""Changes in the reception's list: noting one visit, cancelling many, taking that back."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, g, request
from flask_babel import lazy_gettext

from domain.actions import attendance
from domain.actions.cancelling import cancel_many
from domain.actions.restoring import restore_many
from domain.documents import Appointment, AppointmentStatus
from domain.errors import Conflict, DomainError, Invalid, NotFound, TooLate
from domain.ids import Id, parse_id
from domain.queries.appointments import visible
from domain.queries.desk import ids_named, lines_of
from webapp.errors import STATUS_OF
from webapp.forms.desk import CancelManyForm
from webapp.languages import said
from webapp.patience import writes_many
from webapp.presenters.desk_outcomes import cancelled_message, marked_message, restored_message
from webapp.presenters.desk_ways import arguments, ways
from webapp.responses import Message, go_to_path, wants_fragment
from webapp.views.desk import asked_filter, list_page
from webapp.views.desk_rows import changed_rows, named

bp = Blueprint("desk_changes", __name__, url_prefix="/desk")

_UNKNOWN = lazy_gettext("unknown")
_NOTED = [one for one in AppointmentStatus if one is not AppointmentStatus.CANCELLED]
Outcomes = list[tuple[Id, DomainError | None]]
Refused = Sequence[tuple[str, DomainError]]


@bp.post("/mark")
async def mark() -> Response:
    """Note what became of a visit: the button's name is the status, its value the reference."""
    pressed = [(one, request.form[one.value]) for one in _NOTED if one.value in request.form]
    if len(pressed) != 1:
        raise Invalid("Please choose what to note.")
    [(status, reference)] = pressed
    before = await named(reference)
    wanted = asked_filter(request.form)
    try:
        after = await attendance.mark(before.id, status, g.user)
    except (Conflict, TooLate) as error:
        return await _marked_not(before, error)
    message = marked_message(before, after, arguments(wanted))
    if wants_fragment():
        return await changed_rows([after], wanted, message)
    return go_to_path(ways(wanted, None).here, message=message)


@bp.post("/cancel")
@writes_many
async def cancel() -> Response:
    """Cancel the ticked appointments."""
    form = CancelManyForm()
    form.validate()
    ticked = list(dict.fromkeys(request.form.getlist("appointment_id")))
    form.require_some(ticked)
    if form.refused:
        return await list_page(request.form, form, ticked=ticked, status=422)
    known, unknown = await _read(ticked)
    outcomes = await cancel_many(
        known,
        g.user,
        reason=form.reason.data,
        closing=form.away.data,
        propose=form.propose.data,
    )
    done, refused = await by_reference(outcomes, unknown)
    message = cancelled_message(done, refused, arguments(asked_filter(request.form)))
    if done:
        return await _changed(outcomes, message, cancelling=CancelManyForm(formdata=None))
    error = refused[0][1]
    status = STATUS_OF[error.kind]
    if all(isinstance(one, Invalid) for _, one in refused):
        form.refuse(error)
        return await list_page(request.form, form, ticked=ticked, status=status)
    if isinstance(error, Invalid):
        form.refuse(error)
    elif wants_fragment():
        return await _changed(outcomes, message, status=status, ticked=True)
    return await list_page(request.form, form, ticked=ticked, status=status, message=message)


@bp.post("/restore")
@writes_many
async def restore() -> Response:
    """Take cancellations back that were made a moment ago."""
    known, unknown = await _read(list(dict.fromkeys(request.form.getlist("appointment_id"))))
    outcomes = await restore_many(known, g.user)
    done, refused = await by_reference(outcomes, unknown)
    message = restored_message(len(done), refused)
    if done or not refused:
        return await _changed(outcomes, message)
    status = STATUS_OF[refused[0][1].kind]
    if wants_fragment():
        return await _changed(outcomes, message, status=status)
    form = CancelManyForm(formdata=None)
    return await list_page(request.form, form, status=status, message=message)


async def _changed(outcomes: Outcomes, message: Message, **answer: Any) -> Response:
    """Return what became of lines, each in its place; without htmx, the way to their list.

    `answer`: what `changed_rows` takes beside.
    """
    wanted = asked_filter(request.form)
    if not wants_fragment():
        return go_to_path(ways(wanted, None).here, message=message)
    refusals = {one: said(error) for one, error in outcomes if error is not None}
    lines = await lines_of([one for one, _ in outcomes])
    return await changed_rows(lines, wanted, message, refusals=refusals, **answer)


async def _marked_not(appointment: Appointment, error: DomainError) -> Response:
    now, status = await visible(appointment.id, g.user), STATUS_OF[error.kind]
    message = Message(text=said(error), role="alert")
    if wants_fragment():
        refusals = {now.id: message.text}
        return await changed_rows(
            [now], asked_filter(request.form), message, refusals=refusals, status=status
        )
    form = CancelManyForm(formdata=None)
    return await list_page(request.form, form, status=status, message=message)


async def _read(ticked: list[str]) -> tuple[list[Id], Refused]:
    """Return the appointments that are meant: the list ticks references, programs send ids."""
    named_ids = await ids_named(ticked)
    known: list[Id] = []
    refused: list[tuple[str, DomainError]] = []
    for text in ticked:
        try:
            known.append(named_ids.get(text) or parse_id(text))
        except NotFound:
            refused.append((str(_UNKNOWN), NotFound("There is no such appointment.")))
    return known, refused


async def by_reference(outcomes: Outcomes, refused: Refused = ()) -> tuple[list[Id], Refused]:
    """Return what was done, and by reference what was not, and why; `refused` goes before."""
    done = [identifier for identifier, error in outcomes if error is None]
    rest = [(await _reference(one), error) for one, error in outcomes if error is not None]
    return done, [*refused, *rest]


async def _reference(identifier: Id) -> str:
    try:
        return (await visible(identifier, g.user)).reference
    except NotFound:
        return str(_UNKNOWN)
