"""The reception's list as filtered, for spreadsheets and for paper."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from itertools import groupby

from flask import Blueprint, Response, make_response, request

from domain.documents import Appointment
from domain.errors import Invalid
from domain.queries.desk import desk_rows
from domain.queries.desk_doctors import desk_doctors
from domain.queries.desk_lines import DeskFilter
from webapp.csv_cells import BYTE_ORDER_MARK, line
from webapp.forms.desk import CancelManyForm, FilterForm
from webapp.patience import reads_many
from webapp.presenters.desk_export import HEADINGS, cells, counted_words, paper_rows
from webapp.presenters.desk_ways import labelled_filter_words, list_title
from webapp.presenters.spans import dated_days_words, day_wording
from webapp.responses import page
from webapp.views.desk import list_page, today_here

bp = Blueprint("desk_export", __name__)

MOST_ROWS = 5000


@bp.get("/desk.csv")
@reads_many
async def csv() -> Response:
    """Give the list as filtered to a spreadsheet: all pages of it."""
    wanted = await _wanted()
    if wanted is None:
        return await list_page(request.args, CancelManyForm(formdata=None))
    # Each is written as it comes: others wait less for the loop than for all of them at once.
    lines = [line(cells(row)) async for row in _rows(wanted)]
    response = make_response("".join([BYTE_ORDER_MARK, line(HEADINGS), *lines]))
    response.content_type = "text/csv; charset=utf-8"
    name = (
        f"desk-{wanted.date}.csv" if wanted.is_one_day else f"desk-{wanted.date}-{wanted.until}.csv"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.get("/desk/print")
@reads_many
async def paper() -> Response:
    """Show the list as filtered, all pages of it, as it is printed."""
    wanted = await _wanted()
    if wanted is None:
        return await list_page(request.args, CancelManyForm(formdata=None))
    rows = paper_rows([row async for row in _rows(wanted)])
    everyone = await desk_doctors(str(wanted.doctor_id)) if wanted.doctor_id else []
    doctor = next((one.name for one in everyone if one.id == wanted.doctor_id), None)
    days, worded = groupby(rows, key=lambda row: row.when.date), day_wording(wanted)
    return page(
        "desk/paper.html",
        title=list_title(wanted, doctor),
        span=dated_days_words(wanted),
        is_one_day=wanted.is_one_day,
        narrowed=labelled_filter_words(wanted, doctor),
        days=[(worded(day), list(of_day)) for day, of_day in days],
        back=request.query_string.decode("ascii", "ignore"),
        counted=counted_words(rows),
    )


async def _wanted() -> DeskFilter | None:
    """Return what is asked for; None if that cannot be right."""
    filters = FilterForm.asked(request.args)
    return None if filters.refused else filters.wanted(today_here())


async def _rows(wanted: DeskFilter) -> AsyncGenerator[Appointment, None]:
    """Yield all rows.

    Raises:
        Invalid: they are more than a person could read.
    """
    number = 0
    async with aclosing(desk_rows(wanted)) as found:
        async for row in found:
            number += 1
            if number > MOST_ROWS:
                raise Invalid("These are more than 5000 appointments. Please choose fewer days.")
            yield row
