"""A line of the reception's list that answers a change in it."""

from flask import Response, make_response, request
from jinja2_fragments.flask import render_block

from domain.documents import Appointment
from webapp.presenters.desk import desk_row
from webapp.responses import Message, wants_fragment
from webapp.trace import deliveries


def asks_for_row() -> bool:
    """Tell whether htmx asks for a line of the list instead of the appointment's page."""
    return wants_fragment() and request.headers.get("HX-Target", "").startswith("desk-row-")


async def row_page(appointment: Appointment, message: Message, *, status: int = 200) -> Response:
    """Return the appointment's line as it is now, and let the open page count again."""
    refusal = message.text if status >= 400 else ""
    untold = await deliveries().resting([appointment.id])
    row = desk_row(appointment, untold.get(appointment.id))
    body = render_block(
        "desk/changed_row.html", "changed", row=row, message=message, refusal=refusal
    )
    return make_response(body, status, {"HX-Trigger": "desk-changed"})
