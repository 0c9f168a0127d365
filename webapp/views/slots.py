"""Looking at one time, and booking it."""

from typing import Any

from flask import Blueprint, Response, g, url_for
from flask_babel import gettext

from domain.actions import booking
from domain.documents import Appointment, Role, Slot, SlotStatus
from domain.errors import AlreadyEnded, Conflict, Invalid, TooLate
from domain.ids import Id, parse_id
from domain.queries import appointments, free_times
from domain.rules import unbookable
from webapp.errors import STATUS_OF
from webapp.forms.booking import BookingForm
from webapp.languages import said
from webapp.presenters.proof import proof_of_new
from webapp.responses import Message, go_to, page, wants_fragment
from webapp.versions import unless_seen, version_of

bp = Blueprint("slots", __name__, url_prefix="/slots")


@bp.get("/<slot_id>")
async def show(slot_id: str) -> Response:
    """Show what one is about to book."""
    facts = await _facts(await free_times.slot_shown(parse_id(slot_id)))
    return unless_seen(facts["version"], lambda: _page(facts, BookingForm.fresh()))


@bp.post("/<slot_id>/book")
async def book(slot_id: str) -> Response:
    """Book the time for the signed-in patient."""
    slot, form = parse_id(slot_id), BookingForm()
    try:
        appointment = await booking.book(
            slot, g.user, reason=form.reason.data or "", idempotency_key=form.idempotency_key.data
        )
    except (Invalid, Conflict, TooLate) as error:
        form.refuse(error)
        refusal = None if isinstance(error, Invalid | AlreadyEnded) else said(error)
        return await _confirm(slot, form, status=STATUS_OF[error.kind], refusal=refusal)
    return await _booked(appointment)


def _out_of_span(slot: Slot) -> str | None:
    """Return why nobody like the viewer can book the time now, though nobody has it."""
    error = unbookable(slot.starts_at, slot.ends_at, g.user)
    return said(error) if error and slot.status is SlotStatus.OPEN else None


async def _booked(appointment: Appointment) -> Response:
    message = Message(
        text=gettext("Booked. Your reference is %(reference)s.", reference=appointment.reference)
    )
    if not wants_fragment():
        return go_to("appointments.show", message=message, appointment_id=appointment.id)
    address = url_for("appointments.show", appointment_id=appointment.id)
    shown = await proof_of_new(appointment, g.user)
    return page("appointments/show.html", block="proof", message=message, push=address, **shown)


async def _confirm(
    slot_id: Id, form: BookingForm, *, status: int, refusal: str | None = None
) -> Response:
    facts = await _facts(await free_times.slot_shown(slot_id), refusal)
    return _page(facts, form, status=status)


async def _facts(slot: Slot, refusal: str | None = None) -> dict[str, Any]:
    """Return what the page of a time shows, and the version of that."""
    is_free, why = slot.status is SlotStatus.OPEN, _out_of_span(slot)
    gone = refusal is not None or why is not None or not is_free
    instead = await _instead(slot) if gone else {}
    # Of the time itself, whether it is free: not whether somebody has it or it was taken back.
    version = version_of(slot.id, is_free, why, instead)
    shown = {"slot": slot, "gone": gone, "why": why, "refusal": refusal, "version": version}
    return shown | instead


def _page(facts: dict[str, Any], form: BookingForm, *, status: int = 200) -> Response:
    refusal = facts["refusal"]
    if refusal and facts["own"]:
        refusal = gettext("You have booked this time already; nothing was booked twice.")
    message = Message(text=refusal, role="alert") if refusal else None
    return page(
        "slots/show.html", block="confirm", status=status, message=message, form=form, **facts
    )


async def _instead(slot: Slot) -> dict[str, Any]:
    """Return the viewer's own appointment at this very slot, and the nearest free times."""
    near = await free_times.nearest_free(slot.doctor_id, slot.starts_at, viewer=g.user)
    own = None
    if g.user and g.user.role is Role.PATIENT:
        holder = await appointments.appointment_in(slot)
        own = holder if holder and holder.patient_id == g.user.id else None
    return {"nearest": [one for one in near if one.id != slot.id], "own": own}
