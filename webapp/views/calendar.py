"""A doctor's calendar: a week, a day, a month."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, g, make_response, request
from jinja2_fragments.flask import render_block

from domain import clinic, clock
from domain.ids import Id
from domain.queries.calendar import calendar_entries, month_load
from domain.walltime import today
from webapp.forms.questions import asked_day
from webapp.presenters.calendar import Grid, ShownWeek, SingleDay, shown_week, single_day
from webapp.presenters.month import month_span, shown_month
from webapp.presenters.weeks import week_start
from webapp.responses import page, wants_fragment
from webapp.trace import deliveries

bp = Blueprint("calendar", __name__, url_prefix="/calendar")


@bp.get("")
async def week() -> Response:
    """Show the signed-in doctor's week, or for an open page just what is new in its grid."""
    asked = asked_day() or practice_today()
    if _refreshes():
        return _refreshed((await _week(asked)).grid, "calendar.week")
    return await week_page(asked)


@bp.get("/day")
async def day() -> Response:
    """Show one day, with what may be noted about each visit."""
    asked = asked_day() or practice_today()
    if _refreshes():
        return _refreshed((await _day(asked)).grid, "calendar.day")
    return await day_page(asked)


@bp.get("/month")
async def month() -> Response:
    """Show how full each day of a month is."""
    asked = asked_day() or practice_today()
    first, last = month_span(asked)
    shown = shown_month(asked, await month_load(g.user.id, first, last))
    return page("calendar/month.html", block="calendar", shown=shown, **await _around())


async def week_page(asked: date, *, focus: Id | None = None, **answer: Any) -> Response:
    """Return the week of a day; `focus`: the slot that is new in it.

    `answer`: what `page` takes beside its context.
    """
    shown = await _week(asked)
    context: dict[str, Any] = {"shown": shown, "grid": shown.grid, "endpoint": "calendar.week"}
    context |= await _around(focus)
    return page("calendar/week.html", block="calendar", **context, **answer)


async def day_page(asked: date, *, focus: Id | None = None, **answer: Any) -> Response:
    """Return a day; `focus`: the slot that is new or has changed in it."""
    shown = await _day(asked)
    context: dict[str, Any] = {"shown": shown, "grid": shown.grid}
    context |= await _around(focus)
    return page("calendar/day.html", block="calendar", **context, **answer)


def practice_today() -> date:
    """Return the date on the practice's clock."""
    return today(clock.now(), clinic.current().zone)


def asks_for_day() -> bool:
    """Tell whether htmx asks, from the page of a day, for the day instead of an appointment."""
    return wants_fragment() and request.headers.get("HX-Target") == "calendar"


def _refreshes() -> bool:
    return wants_fragment() and request.headers.get("HX-Target") == "grid"


def _refreshed(grid: Grid, endpoint: str) -> Response:
    """Return the grid alone: without the messages beside it, which a refresh must not wipe away."""
    if request.args.get("seen") == grid.version:
        return make_response("", 204)
    return make_response(
        render_block("calendar/week.html", "grid", grid=grid, endpoint=endpoint, focus=None)
    )


async def _around(focus: Id | None = None) -> dict[str, Any]:
    return {
        "today": practice_today(),
        "focus": focus,
        "stuck_since": await deliveries().stuck_since(),
    }


async def _week(asked: date) -> ShownWeek:
    first = week_start(asked)
    entries = await calendar_entries(g.user.id, first, first + timedelta(days=6))
    return shown_week(first, entries)


async def _day(asked: date) -> SingleDay:
    return single_day(asked, await calendar_entries(g.user.id, asked, asked))
