"""Finding a doctor and a time."""

from datetime import date, timedelta

from flask import Blueprint, Response, g

from domain import clinic, clock
from domain.errors import DoctorLeft
from domain.ids import parse_id
from domain.queries import doctors, free_times
from domain.queries.finding_doctors import find_doctors
from domain.queries.free_slots import FreeSlot
from domain.queries.next_times import first_free_after
from domain.walltime import day_bounds, today
from webapp.access import is_attended
from webapp.forms.questions import asked_day, asked_id, asked_search
from webapp.languages import said
from webapp.own_changes import sent_a_form_just_now
from webapp.presenters.weeks import free_week, week_start
from webapp.responses import Message, go_to, page
from webapp.versions import unless_seen, version_of

bp = Blueprint("doctors", __name__)


@bp.get("/")
async def index() -> Response:
    """Show doctors and their next free times."""
    typed, after = asked_search(), asked_id("after")
    kept = not sent_a_form_just_now()
    found = await find_doctors(typed, after=after, viewer=g.user, kept=kept)
    first = found.earliest.slots if found.earliest else []
    version = version_of(typed, [one.next_slots for one in found.doctors], first)
    return unless_seen(
        version,
        lambda: page(
            "doctors/index.html",
            block="results",
            found=found,
            q=typed,
            after=after,
            version=version,
        ),
    )


@bp.get("/doctors/<doctor_id>")
async def show(doctor_id: str) -> Response:
    """Show a doctor's free times in a week."""
    try:
        doctor = await doctors.known_doctor(parse_id(doctor_id))
    except DoctorLeft as left:
        if not is_attended():
            raise  # nobody who reads an open page is taken away from it
        return go_to("doctors.index", message=Message(text=said(left), role="alert"))
    kept = not sent_a_form_just_now()
    asked = asked_day()
    first = week_start(asked or await _first_day(doctor, kept=kept))
    times = await free_times.week_of_free_times(doctor.id, first, viewer=g.user, kept=kept)
    week = free_week(first, times)
    next_one = None if times else await _next_after(doctor, first + timedelta(days=7), kept=kept)
    version = version_of(first, times, next_one)
    return unless_seen(
        version,
        lambda: page(
            "doctors/show.html",
            block="week",
            doctor=doctor,
            week=week,
            next_one=next_one,
            is_first=asked is None,
            version=version,
        ),
    )


async def _first_day(doctor: doctors.DoctorName, *, kept: bool) -> date:
    """Return the day of the first free time, or today."""
    slot = await first_free_after(doctor.id, clock.now(), viewer=g.user, kept=kept)
    zone = clinic.current().zone
    return today(slot.starts_at if slot else clock.now(), zone)


async def _next_after(doctor: doctors.DoctorName, day: date, *, kept: bool) -> FreeSlot | None:
    start, _ = day_bounds(day, clinic.current().zone)
    later = await first_free_after(doctor.id, start, viewer=g.user, kept=kept)
    return later or await first_free_after(doctor.id, clock.now(), viewer=g.user, kept=kept)
