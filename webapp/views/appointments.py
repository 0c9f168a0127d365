"""A patient's appointments; one appointment, and what may be done with it."""

from typing import Any

from flask import Blueprint, Response, g, request
from flask_babel import gettext

from domain.actions import attendance, cancelling, restoring
from domain.documents import Appointment
from domain.errors import Conflict, DomainError, Forbidden, Invalid, TooLate
from domain.ids import Id, parse_id
from domain.queries import appointments
from webapp.addresses import safe_path
from webapp.errors import STATUS_OF
from webapp.forms.booking import CancelForm, StatusForm
from webapp.languages import said
from webapp.presenters.proof import can_change, proof
from webapp.presenters.statuses import marked_words
from webapp.presenters.times import day_of
from webapp.responses import Message, go_to, go_to_path, page, wants_fragment
from webapp.views.calendar import asks_for_day, day_page

bp = Blueprint("appointments", __name__, url_prefix="/appointments")


@bp.get("")
async def index() -> Response:
    """Show the signed-in patient's appointments."""
    after, before = request.args.get("after"), request.args.get("before")
    mine = await appointments.of_patient(g.user.id, after=after, before=before)
    movable = {one.id for one in mine.upcoming if can_change(one, g.user)}
    start = not (after or before)
    return page("appointments/index.html", mine=mine, movable=movable, start=start)


@bp.get("/<appointment_id>")
async def show(appointment_id: str) -> Response:
    """Show one appointment: the proof that it is booked, and its history."""
    return await _shown(await appointments.visible(parse_id(appointment_id), g.user))


@bp.post("/<appointment_id>/cancel")
async def cancel(appointment_id: str) -> Response:
    """Cancel it."""
    identifier, form = parse_id(appointment_id), CancelForm()
    try:
        ended = await cancelling.cancel(identifier, g.user, reason=form.reason.data or "")
    except (Invalid, Conflict, TooLate) as error:
        form.refuse(error)
        return await _refused(identifier, error, cancel_form=form)
    sentence = gettext("The appointment is cancelled.")
    return await _changed(ended.appointment, sentence, is_free=ended.is_free)


@bp.post("/<appointment_id>/restore")
async def restore(appointment_id: str) -> Response:
    """Take back a cancellation of one's own."""
    identifier = parse_id(appointment_id)
    try:
        restored = await restoring.restore(identifier, g.user)
    except (Conflict, Forbidden, TooLate) as error:
        return await _refused(identifier, error)
    return await _changed(restored, gettext("The appointment stands again."))


@bp.post("/<appointment_id>/status")
async def mark(appointment_id: str) -> Response:
    """Note what became of the visit."""
    identifier, form = parse_id(appointment_id), StatusForm()
    if not form.validate():
        return await _refused(identifier, Invalid(str(form.status.errors[0])))
    before = await appointments.visible(identifier, g.user)
    try:
        marked = await attendance.mark(identifier, form.wanted, g.user)
    except (Conflict, TooLate) as error:
        return await _refused(identifier, error)
    return await _changed(marked, marked_words(before.status, marked.status))


async def _changed(appointment: Appointment, sentence: str, **known: Any) -> Response:
    message = Message(text=sentence)
    if asks_for_day():
        return await day_page(day_of(appointment), message=message, focus=appointment.slot_id)
    if wants_fragment():
        return await _shown(appointment, message=message, **known)
    back = safe_path(request.form.get("back"))
    if back:
        return go_to_path(back, message=message)
    return go_to("appointments.show", message=message, appointment_id=appointment.id)


async def _refused(identifier: Id, error: DomainError, **forms: Any) -> Response:
    appointment = await appointments.visible(identifier, g.user)
    message = Message(text=said(error), role="alert")
    if asks_for_day():
        return await day_page(
            day_of(appointment),
            status=STATUS_OF[error.kind],
            message=message,
            focus=appointment.slot_id,
        )
    return await _shown(appointment, status=STATUS_OF[error.kind], message=message, **forms)


async def _shown(
    appointment: Appointment, *, status: int = 200, message: Message | None = None, **known: Any
) -> Response:
    context = await proof(appointment, g.user, **known)
    return page("appointments/show.html", block="proof", status=status, message=message, **context)
