"""Single lines of the reception's list."""

import asyncio
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from flask import Blueprint, Response, make_response
from flask.blueprints import BlueprintSetupState
from jinja2_fragments.flask import render_block
from werkzeug.routing import BaseConverter

from domain.documents import Appointment
from domain.errors import NotFound
from domain.ids import Id
from domain.queries.desk import desk_counts, line_named
from domain.queries.desk_lines import DeskFilter, DeskLine
from webapp.forms.desk import CancelManyForm
from webapp.presenters.desk import DeskRows, shown_counts
from webapp.presenters.desk_ways import ways
from webapp.responses import Message, go_to, wants_fragment
from webapp.trace import deliveries

bp = Blueprint("desk_rows", __name__, url_prefix="/desk")


class Reference(BaseConverter):
    """What a reference looks like: "cancel" is none, whatever is asked of that address."""

    regex = "[^/]{3}-[^/]{3}"


@bp.record_once
def _tell_references(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["reference"] = Reference


@bp.get("/<reference:reference>")
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


async def changed_rows(
    changed: Sequence[DeskLine | Appointment],
    wanted: DeskFilter,
    message: Message,
    *,
    refusals: Mapping[Id, str] = MappingProxyType({}),
    status: int = 200,
    ticked: bool = False,
    cancelling: CancelManyForm | None = None,
) -> Response:
    """Return lines as they are now, what the days count to, and the message; all else stays.

    `refusals`: what is said beside those that did not change as was asked. `ticked`: whether they
    may be asked for once more. `cancelling`: the form to cancel, where it begins anew. In a list
    that was filtered meanwhile, what is not there any more is left out, and the message is seen.
    """
    untold, counts = await asyncio.gather(
        deliveries().resting([line.id for line in changed]), desk_counts(wanted)
    )
    rows = DeskRows(untold, wanted)
    body = render_block(
        "desk/changed_rows.html",
        "changed",
        rows=[rows.row(line) for line in changed],
        counts=shown_counts(counts) if counts is not None else [],
        wanted=wanted,
        ways=ways(wanted, None),
        messages_now=[message],
        refusals=refusals,
        ticked=ticked,
        cancelling=cancelling,
    )
    # Each part names its place: one that is not there any more takes none of the others along.
    return make_response(body, status, {"HX-Reswap": "none"})
