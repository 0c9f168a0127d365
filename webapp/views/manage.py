"""One appointment, for whoever has the link in its messages: see it, cancel it, move it."""

from flask import Blueprint, Response, request
from flask_babel import gettext

from domain.actions import cancelling, moving
from domain.documents import Appointment, User
from domain.errors import Conflict, DomainError, Invalid, NotFound, TooLate
from domain.ids import parse_id
from domain.queries.linked import appointment_by_link
from webapp.errors import STATUS_OF
from webapp.forms.booking import CancelForm
from webapp.forms.questions import asked_day
from webapp.languages import translated
from webapp.presenters.other_times import OtherTimes, other_times
from webapp.presenters.proof import can_change
from webapp.responses import Message, go_to, page

bp = Blueprint("manage", __name__)


@bp.get("/manage/<token>")
async def show(token: str) -> Response:
    """Show the appointment; a mail scanner that looks changes nothing."""
    try:
        return await _shown(token, *await appointment_by_link(token))
    except NotFound:
        return page("appointments/link_ended.html", status=404)


@bp.post("/manage/<token>")
async def act(token: str) -> Response:
    """Move it to the chosen time, or cancel it."""
    try:
        appointment, patient = await appointment_by_link(token)
    except NotFound:
        return page("appointments/link_ended.html", status=404)
    try:
        message = await _act(appointment, patient)
    except (Conflict, TooLate, Invalid) as error:
        return await _shown(token, *await appointment_by_link(token), error=error)
    return go_to("manage.show", message=message, token=token)


async def _act(appointment: Appointment, patient: User) -> Message:
    wanted = request.form.get("slot_id")
    if wanted:
        await moving.move(appointment.id, parse_id(wanted), patient)
        return Message(text=gettext("The appointment is moved."))
    if request.form.get("action") != "cancel":
        raise Invalid("Please choose a time, or cancel the appointment.")
    await cancelling.cancel(appointment.id, patient, reason=request.form.get("reason", ""))
    return Message(text=gettext("The appointment is cancelled."))


async def _shown(
    token: str, appointment: Appointment, patient: User, *, error: DomainError | None = None
) -> Response:
    form = CancelForm()
    if error is not None:
        form.refuse(error)
    changeable = can_change(appointment, patient)
    choosing = changeable and "date" in request.args
    return page(
        "appointments/manage.html",
        status=STATUS_OF[error.kind] if error else 200,
        message=Message(text=translated(error.sentence), role="alert") if error else None,
        token=token,
        appointment=appointment,
        changeable=changeable,
        cancel_form=form,
        other=await _other_times(appointment, patient) if choosing else None,
    )


async def _other_times(appointment: Appointment, patient: User) -> OtherTimes:
    doctor = appointment.doctor_id
    return await other_times(appointment, patient, doctor_id=doctor, asked=asked_day())
