"""Offering times and taking them back."""

from datetime import date

from flask import Blueprint, Response, g
from flask_babel import gettext

from domain import clinic, clock
from domain.actions.offering import offer_series, offer_slot
from domain.actions.withdrawing import withdraw_slot
from domain.errors import Conflict, DomainError, Invalid, TooLate
from domain.ids import Id, parse_id
from domain.queries.appointments import affected_by_withdrawal
from domain.walltime import today, within_calendar
from webapp.errors import STATUS_OF
from webapp.forms.offering import OfferSeriesForm, OfferSlotForm, WithdrawForm
from webapp.languages import said
from webapp.presenters.offering import series_words, slot_words
from webapp.presenters.times import meant
from webapp.responses import Message, go_to, page, wants_fragment
from webapp.views.calendar import week_address, week_page

bp = Blueprint("offering", __name__, url_prefix="/slots")


@bp.post("")
async def offer() -> Response:
    """Offer one time."""
    form = OfferSlotForm()
    day = _shown_day(form.date.data)
    if not form.validate():
        return await week_page(day, single=form, status=422)
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
        return await week_page(day, single=form, status=STATUS_OF[error.kind])
    return await _offered(day, gettext("%(time)s is offered.", time=slot_words(slot)))


@bp.post("/series")
async def offer_many() -> Response:
    """Offer a series of times."""
    form = OfferSeriesForm()
    day = _shown_day(form.from_date.data)
    if not form.validate():
        return await week_page(day, series=form, status=422)
    try:
        outcome = await offer_series(g.user, form.plan)
    except (Invalid, Conflict) as error:
        form.refuse(error)
        return await week_page(day, series=form, status=STATUS_OF[error.kind])
    return await _offered(day, series_words(outcome))


@bp.get("/<slot_id>/withdraw")
async def ask(slot_id: str) -> Response:
    """Show who is affected if a time is taken back, and ask."""
    return await _question(parse_id(slot_id), WithdrawForm(formdata=None))


@bp.post("/<slot_id>/withdraw")
async def withdraw(slot_id: str) -> Response:
    """Take a time back."""
    identifier, form = parse_id(slot_id), WithdrawForm()
    if await _has_changed(identifier, form):
        error = Conflict("Somebody else has this time now. Please look again.")
        return await _question(identifier, form, error)
    try:
        slot = await withdraw_slot(
            identifier, g.user, notify=form.notify.data == "1", reason=form.reason.data or ""
        )
    except (Invalid, Conflict, TooLate) as error:
        return await _question(identifier, form, error)
    message = Message(text=gettext("%(time)s is withdrawn.", time=slot_words(slot)))
    return go_to("calendar.week", date=meant(slot)[0].date().isoformat(), message=message)


async def _question(slot_id: Id, form: WithdrawForm, error: DomainError | None = None) -> Response:
    slot, appointment = await affected_by_withdrawal(slot_id, g.user)
    if isinstance(error, Invalid):
        form.refuse(error)
    return page(
        "slots/withdraw.html",
        block="question",
        status=STATUS_OF[error.kind] if error else 200,
        slot=slot,
        appointment=appointment,
        form=form,
        refusal=said(error) if error else None,
        begun=slot.starts_at <= clock.now(),
        day=meant(slot)[0].date(),
    )


async def _has_changed(slot_id: Id, form: WithdrawForm) -> bool:
    """Tell whether the time is now booked by somebody else than the page had shown."""
    if not form.appointment_id.data:
        return False
    _, appointment = await affected_by_withdrawal(slot_id, g.user)
    return appointment is not None and str(appointment.id) != form.appointment_id.data


async def _offered(day: date, sentence: str) -> Response:
    message = Message(text=sentence)
    if wants_fragment():
        return await week_page(day, message=message, push=week_address(day))
    return go_to("calendar.week", date=day.isoformat(), message=message)


def _shown_day(day: date | None) -> date:
    """Return the day whose week answers a form: the one that was given, if there is such a week."""
    if day is None or not within_calendar(day):
        return today(clock.now(), clinic.current().zone)
    return day
