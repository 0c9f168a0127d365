"""One appointment as a file for the reader's own calendar."""

from flask import Blueprint, Response, current_app, g, url_for
from flask_babel import gettext

from domain import clock
from domain.documents import AppointmentStatus
from domain.events.snapshots import appointment_facts
from domain.ids import parse_id
from domain.invitation import InvitationWords, Method, invitation
from domain.queries.appointments import visible
from webapp.config import WebConfig

bp = Blueprint("calendar_file", __name__, url_prefix="/appointments")


@bp.get("/<appointment_id>/calendar.ics")
async def download(appointment_id: str) -> Response:
    """Return the appointment as iCalendar; a cancelled one takes itself out again."""
    appointment = await visible(parse_id(appointment_id), g.user)
    cancelled = appointment.status is AppointmentStatus.CANCELLED
    config: WebConfig = current_app.extensions["bookwell"]
    page = url_for("appointments.show", appointment_id=appointment.id)
    content = invitation(
        appointment_facts(appointment),
        Method.CANCEL if cancelled else Method.PUBLISH,
        stamped_at=clock.now(),
        url=config.public_url.rstrip("/") + page,
        words=InvitationWords(
            summary=gettext("Appointment with %(doctor)s", doctor=appointment.doctor_name),
            reference=gettext("Reference %(reference)s", reference=appointment.reference),
        ),
    )
    name = f"appointment-{appointment.reference}.ics"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, content_type="text/calendar; charset=utf-8")
