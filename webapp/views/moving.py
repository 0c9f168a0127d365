"""Giving an appointment another time."""

from collections.abc import Sequence

from flask import Blueprint, Response, g, url_for
from flask_babel import gettext

from domain.actions import moving
from domain.documents import STAFF, Appointment
from domain.errors import Conflict, DomainError, Invalid, TooLate
from domain.ids import Id, parse_id
from domain.queries import appointments
from domain.queries.doctors import DoctorName, known_doctors
from webapp.errors import STATUS_OF
from webapp.forms.booking import MoveForm
from webapp.forms.questions import asked_day, asked_id
from webapp.languages import said
from webapp.presenters.other_times import other_times
from webapp.presenters.proof import can_change, proof
from webapp.responses import Message, go_to, page, wants_fragment
from webapp.versions import unless_seen, version_of

bp = Blueprint("moving", __name__, url_prefix="/appointments")


@bp.get("/<appointment_id>/move")
async def choose(appointment_id: str) -> Response:
    """Show free times of a week, to choose another; the desk chooses the doctor, too."""
    return await _choice(await appointments.visible(parse_id(appointment_id), g.user))


@bp.post("/<appointment_id>/move")
async def move(appointment_id: str) -> Response:
    """Move it to the chosen time."""
    identifier, form = parse_id(appointment_id), MoveForm()
    if not form.validate():
        error = Invalid("Please choose a time.")
        return await _choice(await appointments.visible(identifier, g.user), error)
    try:
        moved = await moving.move(identifier, parse_id(form.slot_id.data), g.user)
    except (Conflict, TooLate) as error:
        return await _choice(await appointments.visible(identifier, g.user), error)
    return await _moved(moved)


async def _moved(appointment: Appointment) -> Response:
    message = Message(text=gettext("The appointment is moved."))
    if not wants_fragment():
        return go_to("appointments.show", message=message, appointment_id=appointment.id)
    address = url_for("appointments.show", appointment_id=appointment.id)
    shown = await proof(appointment, g.user)
    return page("appointments/show.html", block="proof", message=message, push=address, **shown)


async def _choice(appointment: Appointment, error: DomainError | None = None) -> Response:
    viewer, everyone = g.user, await known_doctors()
    doctor_id = _asked_doctor(everyone) or appointment.doctor_id
    other = await other_times(appointment, viewer, doctor_id=doctor_id, asked=asked_day())
    can_move = can_change(appointment, viewer)
    doctor = next((one for one in everyone if one.id == doctor_id), None)
    version = version_of(other, can_move, appointment.starts_at, doctor)
    return unless_seen(
        version,
        lambda: page(
            "appointments/move.html",
            block="choice",
            status=STATUS_OF[error.kind] if error else 200,
            message=Message(text=said(error), role="alert") if error else None,
            appointment=appointment,
            doctor=doctor,
            doctors=everyone,
            week=other.week,
            nearest=other.nearest,
            can_move=can_move,
            by_staff=viewer.role in STAFF,
            version=version,
        ),
    )


def _asked_doctor(everyone: Sequence[DoctorName]) -> Id | None:
    """Return the doctor to whom the desk moves an appointment, if the address names one."""
    asked = asked_id("doctor") if g.user.role in STAFF else None
    return asked if any(one.id == asked for one in everyone) else None
