"""The living page of tokens and components: what the pages are made of, in every state."""

from flask import Blueprint, Response

from webapp.forms.samples import SampleForm
from webapp.presenters.deliveries import PERHAPS_SENT, STATES
from webapp.presenters.samples import sample_appointments, sample_slots, sample_week
from webapp.presenters.tokens import tokens
from webapp.responses import page

bp = Blueprint("styleguide", __name__, url_prefix="/styleguide")


@bp.get("")
def index() -> Response:
    """Show every token, and every component in every state."""
    return page(
        "styleguide/index.html",
        tokens=tokens(),
        slots=sample_slots(),
        appointments=sample_appointments(),
        week=sample_week(),
        deliveries=[*STATES.values(), PERHAPS_SENT],
        fresh=SampleForm.fresh(),
        refused=SampleForm.refused_one(),
    )
