"""Booking for somebody at the counter or on the telephone: a time, then for whom."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, g, request
from flask_babel import gettext

from domain import clinic, clock
from domain.actions.booking import book, book_for_newcomer
from domain.documents import Appointment, Slot, SlotStatus, User
from domain.errors import Conflict, DoctorLeft, DomainError, Invalid, TooLate
from domain.ids import Id, parse_id
from domain.queries import doctors, free_times
from domain.queries.finding_doctors import find_doctors
from domain.queries.free_slots import FreeSlot
from domain.queries.next_times import first_free_after
from domain.queries.patients import NOBODY, PatientName, find_patients, patient_by_id
from domain.rules import unbookable
from domain.sentences import Sentence
from domain.walltime import day_bounds, today
from webapp.errors import STATUS_OF
from webapp.forms.desk import DeskBookingForm, PatientSearchForm
from webapp.forms.questions import asked_day, asked_id
from webapp.languages import said
from webapp.presenters.desk_outcomes import booked_message
from webapp.presenters.times import meant
from webapp.presenters.weeks import free_week
from webapp.responses import Message, go_to, page

bp = Blueprint("desk_booking", __name__, url_prefix="/desk/book")

_BOTH = Sentence("You chose a patient and also typed somebody new. Please leave one of them out.")


@bp.get("")
async def choose() -> Response:
    """Show free times from a day on: each doctor's next ones, or one doctor's who sees patients."""
    asked, message = asked_id("doctor"), None
    try:
        times = await _week(asked) if asked else await _next_times()
    except DoctorLeft as left:
        times, message = await _next_times(), Message(text=said(left), role="alert")
    everyone = await doctors.known_doctors()
    return page("desk/book_time.html", block="times", message=message, doctors=everyone, **times)


@bp.get("/patient")
async def who() -> Response:
    """Ask for whom a time is."""
    return await _who(parse_id(request.args.get("slot_id", "")), DeskBookingForm.fresh())


@bp.post("/patient")
async def search() -> Response:
    """Show the patients of a name or address, to choose one."""
    form = PatientSearchForm()
    found = await find_patients(form.q.data) if form.validate() and form.q.data else NOBODY
    slot_id = parse_id(form.slot_id.data or "")
    status = 422 if form.refused else 200
    shown: dict[str, Any] = {"found": found.rows, "more": found.may_be_more}
    fresh = DeskBookingForm.fresh()
    return await _who(slot_id, fresh, block="patients", search=form, **shown, status=status)


@bp.post("")
async def confirm() -> Response:
    """Book the time for the chosen patient, or for a new one."""
    form = DeskBookingForm()
    # The button beside a patient names the patient, and its address the time.
    slot_id = parse_id(form.slot_id.data or request.args.get("slot_id", ""))
    try:
        appointment = await _book(slot_id, form)
    except (Invalid, Conflict, TooLate) as error:
        form.refuse(error)
        return await _who(slot_id, form, error=error, status=STATUS_OF[error.kind])
    day = meant(appointment)[0].date()
    return go_to("desk.index", date=day.isoformat(), message=booked_message(appointment))


async def _book(slot_id: Id, form: DeskBookingForm) -> Appointment:
    reason, key = form.reason.data or "", form.idempotency_key.data
    if form.chosen:
        if form.names_newcomer:
            raise Invalid(_BOTH, patient_id=_BOTH)
        patient = await patient_by_id(parse_id(form.chosen))
        return await book(slot_id, patient, actor=g.user, reason=reason, idempotency_key=key)
    name, email, phone = form.name.data or "", form.email.data or "", form.phone.data or ""
    return await book_for_newcomer(
        slot_id,
        actor=g.user,
        name=name,
        email=email,
        phone=phone,
        reason=reason,
        idempotency_key=key,
    )


async def _who(
    slot_id: Id,
    form: DeskBookingForm,
    *,
    search: PatientSearchForm | None = None,
    found: Sequence[PatientName | User] = (),
    error: DomainError | None = None,
    block: str = "booking",
    **answer: Any,
) -> Response:
    """Return the page that asks for whom a time is; where it has gone, with the nearest ones."""
    slot = await free_times.slot_shown(slot_id)
    refused = isinstance(error, Conflict | TooLate)
    passed = unbookable(slot.starts_at, slot.ends_at, g.user)
    gone = passed is not None or slot.status is not SlotStatus.OPEN
    return page(
        "desk/book_patient.html",
        block=block,
        slot=slot,
        gone=gone,
        gone_words=said(passed) if passed else gettext("This time is no longer free."),
        form=form,
        search=search or PatientSearchForm(formdata=None, slot_id=str(slot_id)),
        found=found or await _chosen(form),
        nearest=await _near(slot) if gone or refused else [],
        **answer,
    )


async def _chosen(form: DeskBookingForm) -> list[User]:
    """Return the patient that a refused form had chosen, to show them again."""
    if not form.chosen:
        return []
    return [await patient_by_id(parse_id(form.chosen))]


async def _near(slot: Slot) -> list[FreeSlot]:
    return await free_times.nearest_free(slot.doctor_id, slot.starts_at, viewer=g.user)


async def _week(doctor_id: Id) -> dict[str, Any]:
    doctor = await doctors.known_doctor(doctor_id)
    first = asked_day() or await _first_day(doctor.id)
    times = await free_times.week_of_free_times(doctor.id, first, viewer=g.user)
    return {"doctor": doctor, "first": first, "week": free_week(first, times)}


async def _next_times() -> dict[str, Any]:
    first = asked_day()
    since = day_bounds(first, clinic.current().zone)[0] if first else None
    found = await find_doctors(after=asked_id("after"), since=since, viewer=g.user)
    return {"doctor": None, "first": first, "found": found}


async def _first_day(doctor_id: Id) -> date:
    """Return the day of a doctor's first free time, or today."""
    slot = await first_free_after(doctor_id, clock.now(), viewer=g.user)
    return meant(slot)[0].date() if slot else today(clock.now(), clinic.current().zone)
