"""Taking times back: one, or what is ahead of a series."""

from flask import Blueprint, Response, g

from domain import clock
from domain.actions.withdrawing import withdraw_slot
from domain.actions.withdrawing_series import withdraw_series
from domain.errors import Conflict, DomainError, Invalid, TooLate
from domain.ids import Id, parse_id
from domain.queries.appointments import affected_by_withdrawal
from domain.queries.proposals import proposals
from domain.queries.series import series_standing, series_withdrawn
from webapp.errors import STATUS_OF
from webapp.forms.offering import WithdrawForm, WithdrawSeriesForm
from webapp.languages import said
from webapp.patience import writes_many
from webapp.presenters.offering import series_withdrawn_words, span_words, withdrawn_words
from webapp.presenters.times import meant
from webapp.responses import Message, go_to, page

bp = Blueprint("withdrawing", __name__, url_prefix="/slots")


@bp.get("/<slot_id>/withdraw")
async def ask(slot_id: str) -> Response:
    """Show who is affected if a time is taken back, and ask."""
    return await _question(parse_id(slot_id), WithdrawForm(formdata=None))


@bp.post("/<slot_id>/withdraw")
async def withdraw(slot_id: str) -> Response:
    """Take a time back."""
    identifier, form = parse_id(slot_id), WithdrawForm()
    try:
        slot = await withdraw_slot(
            identifier,
            g.user,
            notify=form.notify.data == "1",
            seen=form.seen,
            propose=form.propose.data,
            reason=form.reason.data or "",
        )
    except (Invalid, Conflict, TooLate) as error:
        return await _question(identifier, form, error)
    message = Message(text=withdrawn_words(slot))
    return go_to("calendar.week", date=meant(slot)[0].date().isoformat(), message=message)


@bp.get("/series/<series_id>/withdraw")
async def ask_series(series_id: str) -> Response:
    """Show what is left of a series and who has booked it, and ask."""
    return await _series_question(parse_id(series_id), WithdrawSeriesForm(formdata=None))


@bp.post("/series/<series_id>/withdraw")
@writes_many
async def withdraw_many(series_id: str) -> Response:
    """Take back what is ahead of a series."""
    identifier, form = parse_id(series_id), WithdrawSeriesForm()
    try:
        outcome = await withdraw_series(
            identifier,
            g.user,
            cancelling=form.given_up,
            propose=form.propose.data,
            reason=form.reason.data or "",
        )
    except (Invalid, Conflict) as error:
        return await _series_question(identifier, form, error)
    return go_to("calendar.week", message=Message(text=series_withdrawn_words(outcome)))


async def _question(slot_id: Id, form: WithdrawForm, error: DomainError | None = None) -> Response:
    slot, appointment = await affected_by_withdrawal(slot_id, g.user)
    ending = [appointment] if appointment else []
    proposed = await proposals(ending, without={slot.id})
    if isinstance(error, Invalid):
        form.refuse(error)
    return page(
        "slots/withdraw.html",
        block="question",
        status=STATUS_OF[error.kind] if error else 200,
        slot=slot,
        appointment=appointment,
        proposed=proposed[appointment.id] if appointment else (),
        form=form,
        refusal=error,
        refusal_words=said(error) if error else "",
        begun=slot.starts_at <= clock.now(),
        day=meant(slot)[0].date(),
    )


async def _series_question(
    series_id: Id, form: WithdrawSeriesForm, error: DomainError | None = None
) -> Response:
    standing = await series_standing(series_id, g.user)
    if isinstance(error, Invalid):
        form.refuse(error)
    slots = sorted(
        [*standing.free, *(slot for slot, _ in standing.booked)], key=lambda slot: slot.starts_at
    )
    withdrawn = [] if slots else await series_withdrawn(series_id, g.user)
    return page(
        "slots/withdraw_series.html",
        block="question",
        status=STATUS_OF[error.kind] if error else 200,
        standing=standing,
        slots=slots,
        form=form,
        refusal=error,
        refusal_words=said(error) if error else "",
        withdrawn=withdrawn,
        span=span_words(slots or withdrawn),
    )
