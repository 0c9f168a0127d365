"""The reception's list of appointments."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, request

from domain import clinic, clock
from domain.errors import Invalid
from domain.queries.desk import DeskPage, desk_page
from domain.queries.desk_doctors import desk_doctors
from domain.queries.desk_lines import DeskFilter
from domain.walltime import today
from webapp.address_bar import follow
from webapp.forms.desk import CancelManyForm, FilterForm
from webapp.own_changes import sent_a_form_just_now
from webapp.presenters.desk_list import desk_list
from webapp.presenters.desk_ways import ways
from webapp.responses import Message, go_to_path, page, wants_fragment
from webapp.trace import deliveries

bp = Blueprint("desk", __name__, url_prefix="/desk")


@bp.get("")
async def index() -> Response:
    """Show the list as filtered; without filters, today's."""
    return await list_page(request.args, CancelManyForm(formdata=None))


@bp.get("/changes")
async def changes() -> Response:
    """Show the list to a page that is open, unless it is as that page has `seen` it."""
    return await list_page(
        request.args, CancelManyForm(formdata=None), unless=request.args.get("seen")
    )


async def list_page(
    asked: Any,
    cancelling: CancelManyForm,
    *,
    ticked: Sequence[str] = (),
    unless: str | None = None,
    **answer: Any,
) -> Response:
    """Return the list that an address or form asks for, and the form to cancel what is ticked.

    `unless`: the fingerprint of a list that need not be sent again. `answer`: what `page` takes
    beside its context. A filter that cannot be right is said and left out.
    """
    doctors = await desk_doctors(asked.get("doctor"))
    filters = FilterForm.asked(asked, doctors)
    wanted = filters.wanted(today_here())
    kept = not sent_a_form_just_now()
    found = await _found(filters, wanted, kept=kept)
    untold = await deliveries().resting([row.id for row in found.rows], kept=kept)
    doctor = next((one.name for one in doctors if one.id == wanted.doctor_id), None)
    shown = desk_list(found, wanted, doctor, untold)
    if shown.seen == unless:
        return Response(status=204)
    answer.setdefault("status", 422 if filters.refused else 200)
    response = page(
        "desk/index.html",
        block="list",
        filters=filters,
        list=shown,
        cancelling=cancelling,
        ticked=ticked,
        has_news="message" in answer and not cancelling.refused,
        all_ticked=request.args.get("tick") == "all",
        stuck_since=await deliveries().stuck_since(),
        **answer,
    )
    if unless is None:
        follow(response, shown.ways.here)
    return response


def today_here() -> date:
    """Return today's date in the practice."""
    return today(clock.now(), clinic.current().zone)


def asked_filter(asked: Any) -> DeskFilter:
    """Return the filter that a form of the list carries."""
    return FilterForm.asked(asked).wanted(today_here())


async def changed_list(message: Message) -> Response:
    """Return the list that a form belongs to, with what became of what it asked for."""
    if wants_fragment():
        return await list_page(request.form, CancelManyForm(formdata=None), message=message)
    return go_to_path(ways(asked_filter(request.form), None).here, message=message)


async def _found(filters: FilterForm, wanted: DeskFilter, *, kept: bool) -> DeskPage:
    try:
        return await desk_page(wanted, kept=kept)
    except Invalid as error:
        filters.refuse(error)
        return await desk_page(replace(wanted, after=None), kept=kept)
