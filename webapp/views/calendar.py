"""A doctor's week."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, g, make_response, request, url_for
from jinja2_fragments.flask import render_block

from domain import clinic, clock
from domain.queries.calendar import calendar_entries
from domain.walltime import today
from webapp.forms.offering import OfferSeriesForm, OfferSlotForm
from webapp.forms.questions import asked_day
from webapp.presenters.calendar import ShownWeek, shown_week
from webapp.presenters.weeks import week_start
from webapp.responses import page, wants_fragment
from webapp.trace import deliveries

bp = Blueprint("calendar", __name__)


@bp.get("/calendar")
async def week() -> Response:
    """Show the signed-in doctor's week, or for an open page just what is new in its grid."""
    asked = asked_day() or _today()
    if wants_fragment() and request.headers.get("HX-Target") == "week-grid":
        # Without the messages beside it, which a refresh must not wipe away.
        return make_response(render_block("calendar/week.html", "grid", week=await _week(asked)))
    return await week_page(asked, offering="offer" in request.args)


async def week_page(
    day: date,
    *,
    single: OfferSlotForm | None = None,
    series: OfferSeriesForm | None = None,
    offering: bool = False,
    **answer: Any,
) -> Response:
    """Return the week of a day with the forms to offer time, as typed or fresh.

    `offering`: the forms are open; `answer`: what `page` takes beside its context.
    """
    shown = await _week(day)
    start = max(day, _today())
    return page(
        "calendar/week.html",
        block="week",
        week=shown,
        single=single or OfferSlotForm.fresh(start),
        series=series or OfferSeriesForm.fresh(start),
        offering=offering or bool(single or series),
        stuck_since=await deliveries().stuck_since(),
        **answer,
    )


def week_address(day: date) -> str:
    """Return the address of the week of a day."""
    return url_for("calendar.week", date=day.isoformat())


async def _week(day: date) -> ShownWeek:
    first = week_start(day)
    entries = await calendar_entries(g.user.id, first, first + timedelta(days=6))
    return shown_week(first, entries)


def _today() -> date:
    return today(clock.now(), clinic.current().zone)
