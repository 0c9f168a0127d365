"""A doctor is away: the desk cancels what is booked and closes what is free, as one step."""

from typing import Any

from flask import Blueprint, Response, g, request

from domain.actions.closing import close_days
from domain.actions.reopening import reopen as take_back
from domain.errors import Conflict, DomainError, Forbidden, Invalid, TooLate
from domain.ids import Id, parse_id
from domain.queries.absences import Absence, absence
from domain.queries.desk_doctors import desk_doctors
from domain.queries.desk_lines import DeskFilter
from webapp.errors import STATUS_OF
from webapp.forms.desk import CancelManyForm
from webapp.forms.desk_away import AwayForm, CloseForm
from webapp.languages import said
from webapp.patience import writes_many
from webapp.presenters.desk_outcomes import closed_message, restored_message
from webapp.presenters.desk_ways import arguments, ways
from webapp.presenters.spans import dated_days_words, days_words
from webapp.responses import Message, go_to_path, page
from webapp.views.desk import asked_filter, changed_list, list_page, today_here
from webapp.views.desk_changes import by_reference

bp = Blueprint("desk_away", __name__, url_prefix="/desk/away")


@bp.get("")
async def ask() -> Response:
    """Show what is booked and free on a doctor's days, and ask."""
    return await _question(request.args, CloseForm(formdata=None))


@bp.post("")
@writes_many
async def close() -> Response:
    """Close the days."""
    form, wanted = CloseForm(), asked_filter(request.form)
    doctor_id = wanted.doctor_id
    if not form.validate() or doctor_id is None or AwayForm.asked(request.form).refused:
        return await _question(request.form, form, status=422)
    try:
        closing = await close_days(
            doctor_id,
            wanted.date,
            wanted.until,
            g.user,
            cancelling=form.appointment_id.ids,
            reason=form.reason.data or "",
            propose=form.propose.data,
        )
    except (Invalid, Conflict) as error:
        return await _question(request.form, form, error, status=STATUS_OF[error.kind])
    message = closed_message(closing, arguments(wanted))
    return go_to_path(ways(wanted, None).here, message=message)


@bp.post("/undo")
@writes_many
async def reopen() -> Response:
    """Take a closing back that was made a moment ago."""
    try:
        outcome = await take_back(parse_id(request.form.get("closing_id", "")), g.user)
    except (Conflict, Forbidden, TooLate) as error:
        message = Message(text=said(error), role="alert")
        form, status = CancelManyForm(formdata=None), STATUS_OF[error.kind]
        return await list_page(request.form, form, status=status, message=message)
    stand, refused = await by_reference(outcome.appointments)
    return await changed_list(restored_message(len(stand), refused, outcome.opened))


async def _question(
    asked: Any, form: CloseForm, error: DomainError | None = None, *, status: int = 200
) -> Response:
    question = AwayForm.asked(asked, await desk_doctors(asked.get("doctor")))
    wanted = question.wanted(today_here())
    going = await _going(question, wanted)
    if isinstance(error, Invalid):
        form.refuse(error)
    return page(
        "desk/away.html",
        block="closing",
        status=422 if question.refused else status,
        question=question,
        wanted=wanted,
        going=going,
        days=days_words(wanted),
        dated_days=dated_days_words(wanted),
        form=form,
        refusal_words=said(error) if error and not form.refused else "",
        back=ways(wanted, None).here,
    )


async def _going(question: AwayForm, wanted: DeskFilter) -> Absence | None:
    doctor_id: Id | None = wanted.doctor_id
    if doctor_id is None or question.refused:
        return None
    try:
        return await absence(doctor_id, wanted.date, wanted.until)
    except Invalid as error:
        question.refuse(error)
        return None
