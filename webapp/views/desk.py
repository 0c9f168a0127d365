"""The reception's list of appointments."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, make_response, request
from jinja2_fragments.flask import render_block

from domain import clinic, clock
from domain.errors import Invalid
from domain.queries.desk import DeskFilter, DeskPage, day_counts, desk_page
from domain.queries.doctors import known_doctors
from domain.walltime import today
from webapp.forms.desk import CancelManyForm, FilterForm
from webapp.forms.questions import asked_day
from webapp.presenters.desk import desk_row, shown_counts, ways
from webapp.responses import page
from webapp.trace import deliveries

bp = Blueprint("desk", __name__, url_prefix="/desk")


@bp.get("")
async def index() -> Response:
    """Show the list as filtered; without filters, today's."""
    return await list_page(request.args, CancelManyForm(formdata=None))


@bp.get("/counts")
async def counts() -> Response:
    """Show how many of a day's appointments have which status, for a page that is open."""
    day = asked_day() or today_here()
    numbers = shown_counts(await day_counts(day))
    return make_response(render_block("desk/index.html", "counts", counts=numbers, counted=day))


async def list_page(
    asked: Any, cancelling: CancelManyForm, *, ticked: Sequence[str] = (), **answer: Any
) -> Response:
    """Return the list that an address or form asks for, and the form to cancel what is ticked.

    `answer`: what `page` takes beside its context. A filter that cannot be right is said and
    left out.
    """
    filters = FilterForm.asked(asked, await known_doctors())
    wanted = filters.wanted(today_here())
    found, numbers = await asyncio.gather(_found(filters, wanted), day_counts(wanted.date))
    untold, stuck = await asyncio.gather(
        deliveries().resting([row.id for row in found.rows]), deliveries().stuck_since()
    )
    rows = [desk_row(row, untold.get(row.id)) for row in found.rows]
    around = ways(wanted, found.next_after)
    answer.setdefault("status", 422 if filters.refused else 200)
    return page(
        "desk/index.html",
        block="list",
        push=around.here,
        filters=filters,
        wanted=wanted,
        counts=shown_counts(numbers),
        counted=wanted.date,
        rows=rows,
        one_day=all(row.when.date == wanted.date for row in rows),
        ways=around,
        cancelling=cancelling,
        ticked=ticked,
        stuck_since=stuck,
        **answer,
    )


def today_here() -> date:
    """Return today's date in the practice."""
    return today(clock.now(), clinic.current().zone)


async def _found(filters: FilterForm, wanted: DeskFilter) -> DeskPage:
    try:
        return await desk_page(wanted)
    except Invalid as error:
        filters.refuse(error)
        return await desk_page(replace(wanted, after=None))
