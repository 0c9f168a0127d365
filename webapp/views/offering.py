"""Offering times: one, or a series of them that is shown before anything is written."""

from datetime import date, time
from typing import Any

from flask import Blueprint, Response, g, request, url_for

from domain.actions.offering import offer_series, offer_slot
from domain.documents import Slot
from domain.errors import Conflict, Invalid
from domain.queries.calendar import calendar_entries
from domain.queries.series import series_outlook
from domain.series import MOST_SLOTS
from domain.walltime import within_calendar
from webapp.addresses import here
from webapp.errors import STATUS_OF
from webapp.forms.offering import OfferSeriesForm, OfferSlotForm
from webapp.forms.questions import asked_clock, asked_day, asked_number
from webapp.patience import writes_many
from webapp.presenters.calendar_day import longer_by
from webapp.presenters.first_room import first_room
from webapp.presenters.offering import (
    first_and_last,
    offered_words,
    outcome_words,
    outlook_parts,
    slot_offered_words,
)
from webapp.responses import Message, go_to, page, wants_fragment
from webapp.views.calendar import day_page, practice_today, week_page

bp = Blueprint("offering", __name__, url_prefix="/slots")


@bp.get("/offer")
async def choose() -> Response:
    """Show the form for one time, for the place in the calendar that was chosen."""
    day, minutes = asked_day() or practice_today(), asked_number("minutes") or 30
    form = OfferSlotForm.fresh(
        day,
        start=asked_clock("start") or await _proposed(day, minutes),
        minutes=minutes,
        fold=asked_number("fold") or 0,
        view=request.args.get("view", ""),
    )
    return await _single(form)


@bp.post("")
async def offer() -> Response:
    """Offer one time."""
    form = OfferSlotForm()
    if not form.validate():
        return await _single(form, status=422)
    try:
        slot = await offer_slot(
            g.user,
            day=form.date.data,
            start=form.start.data,
            minutes=form.minutes.data,
            fold=form.fold.data,
        )
    except (Invalid, Conflict) as error:
        form.refuse(error)
        return await _single(form, status=STATUS_OF[error.kind])
    return await _offered(form, slot)


@bp.get("/series")
async def plan() -> Response:
    """Show the form for a series and what it would amount to."""
    start = max(asked_day() or practice_today(), practice_today())
    return await _series(OfferSeriesForm.fresh(start))


@bp.post("/series/preview")
async def preview() -> Response:
    """Show what a series would amount to; nothing is written."""
    form = OfferSeriesForm()
    if not form.validate():
        return await _series(form, status=422)
    return await _series(form)


@bp.post("/series")
@writes_many
async def offer_many() -> Response:
    """Offer a series, once what it amounts to has been seen."""
    form = OfferSeriesForm()
    if not form.validate():
        return await _series(form, status=422)
    if form.differs_from_what_was_seen:
        return await _series(form, status=409, unseen=True)
    try:
        outcome = await offer_series(g.user, form.plan)
    except (Invalid, Conflict) as error:
        form.refuse(error)
        return await _series(form, status=STATUS_OF[error.kind])
    message = Message(text=outcome_words(outcome))
    return go_to("calendar.week", date=form.from_date.data.isoformat(), message=message)


async def _proposed(day: date, minutes: int) -> time:
    return first_room(day, minutes, await calendar_entries(g.user.id, day, day))


async def _single(form: OfferSlotForm, *, status: int = 200) -> Response:
    day = _shown_day(form.date.data)
    entries = [] if wants_fragment() else await calendar_entries(g.user.id, day, day)
    response = page(
        "calendar/offer.html",
        block="single",
        status=status,
        form=form,
        day=day,
        doubled=longer_by(day).total_seconds() > 0,
        offered=[offered_words(entry) for entry in entries],
    )
    if status >= 400:
        # The calendar behind the form stays as it is.
        response.headers |= {"HX-Retarget": "#offer-here", "HX-Reswap": "innerHTML"}
    return response


async def _series(form: OfferSeriesForm, *, status: int = 200, unseen: bool = False) -> Response:
    parts: list[str] = []
    span: tuple[str, ...] = ()
    if not form.refused:
        try:
            outlook = await series_outlook(g.user, form.plan)
            parts = outlook_parts(outlook)
            span = first_and_last(outlook.starts)
        except Invalid as error:
            form.refuse(error)
            status = STATUS_OF[error.kind]
    context: dict[str, Any] = {"form": form, "parts": parts, "span": span, "most": MOST_SLOTS}
    return page("calendar/series.html", block="outlook", status=status, unseen=unseen, **context)


async def _offered(form: OfferSlotForm, slot: Slot) -> Response:
    day, message = form.date.data, Message(text=slot_offered_words(slot))
    if not wants_fragment():
        return go_to("calendar.week", date=day.isoformat(), message=message)
    in_day = form.view.data == "day"
    shown = day_page if in_day else week_page
    address = url_for("calendar.day" if in_day else "calendar.week", date=day.isoformat())
    push = address if address != here() else None
    return await shown(day, message=message, focus=slot.id, push=push)


def _shown_day(day: date | None) -> date:
    """Return the day that goes with a form: the one that was given, if there is such a day."""
    return day if day is not None and within_calendar(day) else practice_today()
