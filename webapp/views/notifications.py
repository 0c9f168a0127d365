"""What became of each message, and sending again what did not arrive."""

import asyncio
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, g, make_response, request
from flask_babel import gettext, lazy_gettext, ngettext
from jinja2_fragments.flask import render_block

from domain.actions.accounts import clean_address
from domain.actions.contact import change_address
from domain.documents import User
from domain.errors import Conflict, Invalid, NotFound
from domain.ids import parse_id
from domain.queries.patients import find_patients, patient_by_id
from domain.queries.told import appointments_named, event_told
from webapp.address_bar import follow
from webapp.errors import STATUS_OF
from webapp.forms.notifications import ResendForm, TraceForm
from webapp.presenters.deliveries import (
    MOST_COUNTED,
    list_address,
    narrowed_words,
    shown_attempts,
    shown_deliveries,
    shown_delivery,
    tabs,
)
from webapp.responses import Message, go_to, page, wants_fragment
from webapp.trace import Delivery, deliveries
from webapp.versions import version_of

bp = Blueprint("notifications", __name__, url_prefix="/notifications")

_PAGE_SIZE = 25
_AGAIN = lazy_gettext("The message is on its way again.")


@bp.get("")
async def index() -> Response:
    """List the messages, newest first."""
    form = TraceForm.asked(request.args)
    state, q = form.state.data or "", form.q.data or ""
    found, counts, stuck = await asyncio.gather(
        _found(form), deliveries().counts(MOST_COUNTED), deliveries().stuck_since()
    )
    rows, later = found
    about = await appointments_named(list({one.subject_id for one in rows}))
    response = page(
        "notifications/index.html",
        block="list",
        status=422 if form.refused else 200,
        form=form,
        rows=shown_deliveries(rows, about),
        tabs=tabs(counts, state, q),
        narrowed=narrowed_words(state, q),
        state=state,
        stuck_since=stuck,
        first=list_address(state, q) if form.after.data else None,
        later=list_address(state, q, later) if later else None,
    )
    follow(response, list_address(state, q, form.after.data))
    return response


@bp.get("/<delivery_id>")
async def show(delivery_id: str) -> Response:
    """Show one message, what was tried, and how to send it again."""
    delivery = await deliveries().one(parse_id(delivery_id))
    if wants_fragment() and request.headers.get("HX-Target") == "outcome":
        # Without the messages beside it, which a refresh must not wipe away.
        context = await _context(delivery)
        if request.args.get("seen") == context["version"]:
            return Response(status=204)
        return make_response(render_block("notifications/show.html", "outcome", **context))
    return await _shown(delivery)


@bp.post("/<delivery_id>/resend")
async def resend(delivery_id: str) -> Response:
    """Send one message again, to another address if the former was wrong."""
    delivery, form = await deliveries().one(parse_id(delivery_id)), ResendForm()
    patient = await _patient(delivery)
    if patient and not form.validate():
        return await _shown(delivery, form, status=422)
    try:
        await _send_again(delivery, patient, form.email.data or "")
    except (Invalid, Conflict) as error:
        form.refuse(error)
        return await _shown(delivery, form, status=STATUS_OF[error.kind])
    if wants_fragment():
        now = await deliveries().one(delivery.id)
        return await _shown(now, message=Message(text=str(_AGAIN)))
    return go_to("notifications.show", message=Message(text=str(_AGAIN)), delivery_id=delivery.id)


@bp.get("/resend")
async def ask_all() -> Response:
    """Ask whether everything that was given up is to be sent again."""
    counts = await deliveries().counts(MOST_COUNTED)
    return page("notifications/resend.html", number=counts["parked"], most=MOST_COUNTED)


@bp.post("/resend")
async def resend_all() -> Response:
    """Send everything that was given up again."""
    number = await deliveries().resend_parked(g.user.name)
    words = (
        ngettext(
            "%(num)s message is on the way again.", "%(num)s messages are on the way again.", number
        )
        if number
        else gettext("No messages are on the way again.")
    )
    return go_to("notifications.index", message=Message(text=words))


async def _found(form: TraceForm) -> tuple[Sequence[Delivery], str | None]:
    state, recipients = form.state.data or None, await _recipients(form.q.data)
    asked: dict[str, Any] = {"state": state, "recipients": recipients, "size": _PAGE_SIZE}
    try:
        return await deliveries().newest(before=form.after.data or None, **asked)
    except Invalid as error:
        form.refuse(error)
        return await deliveries().newest(before=None, **asked)


async def _recipients(q: str | None) -> list[str] | None:
    """Return the addresses that a search means: the typed one, and those of patients so named."""
    if not q:
        return None
    known = [one.email for one in (await find_patients(q)).rows]
    return list(dict.fromkeys([q.lower(), *known]))


async def _send_again(delivery: Delivery, patient: User | None, email: str) -> None:
    address = clean_address(email) if patient else delivery.recipient
    if patient and address != delivery.recipient:
        await change_address(patient.id, address, g.user)
    await deliveries().resend(delivery.id, address, g.user.name)


async def _patient(delivery: Delivery) -> User | None:
    """Return the patient to whose e-mail address a message goes; None if it goes elsewhere."""
    if not deliveries().is_correctable(delivery.channel):
        return None
    facts = getattr(await event_told(delivery.event_id), "appointment", None)
    if facts is None:
        return None
    try:
        return await patient_by_id(facts.patient_id)
    except NotFound:
        return None


async def _shown(
    delivery: Delivery,
    form: ResendForm | None = None,
    *,
    status: int = 200,
    message: Message | None = None,
) -> Response:
    context = await _context(delivery, form)
    return page(
        "notifications/show.html", block="message", status=status, message=message, **context
    )


async def _context(delivery: Delivery, form: ResendForm | None = None) -> dict[str, Any]:
    about, patient = await asyncio.gather(
        appointments_named([delivery.subject_id]), _patient(delivery)
    )
    return {
        "version": version_of(delivery.state, delivery.attempts),
        "row": shown_delivery(delivery, about.get(delivery.subject_id)),
        "attempts": shown_attempts(delivery),
        "patient": patient,
        "form": form or ResendForm.fresh(patient.email if patient else ""),
    }
