"""Single lines of the reception's list."""

import asyncio

from flask import Blueprint, Response, make_response
from jinja2_fragments.flask import render_block

from domain.documents import Appointment
from domain.errors import NotFound
from domain.queries.desk import desk_counts, line_named
from domain.queries.desk_lines import DeskFilter
from webapp.presenters.desk import DeskRows, shown_counts
from webapp.presenters.desk_ways import ways
from webapp.responses import Message, go_to, wants_fragment
from webapp.trace import deliveries

bp = Blueprint("desk_rows", __name__, url_prefix="/desk")


@bp.get("/<reference>")
async def show(reference: str) -> Response:
    """Show more of an appointment below its line; without htmx, its page."""
    appointment = await named(reference)
    if not wants_fragment():
        return go_to("appointments.show", appointment_id=appointment.id)
    return make_response(render_block("desk/more.html", "more", appointment=appointment))


async def named(reference: str) -> Appointment:
    """Return the appointment with a reference.

    Raises:
        NotFound: there is none.
    """
    found = await line_named(reference)
    if found is None:
        raise NotFound("There is no such appointment.")
    return found


async def changed_row(
    appointment: Appointment, wanted: DeskFilter, message: Message, *, status: int = 200
) -> Response:
    """Return an appointment's line as it is now, what the days count to, and the message."""
    untold, counts = await asyncio.gather(
        deliveries().resting([appointment.id]), desk_counts(wanted)
    )
    body = render_block(
        "desk/changed_row.html",
        "changed",
        row=DeskRows(untold).row(appointment),
        counts=shown_counts(counts) if counts is not None else [],
        wanted=wanted,
        ways=ways(wanted, None),
        messages_now=[message],
        refusal=message.text if status >= 400 else "",
    )
    target = f'[data-appointment-id="{appointment.id}"]'
    return make_response(body, status, {"HX-Retarget": target, "HX-Reswap": "outerHTML"})
