"""Patients, as an administrator finds and, where they wish it, erases them."""

from typing import Any

from flask import Blueprint, Response, g
from flask_babel import gettext

from domain.actions.erasing import erase_on_request
from domain.documents import User
from domain.errors import Conflict, Invalid, TooManyTries
from domain.ids import Id, parse_id
from domain.queries.appointments import of_patient
from domain.queries.patients import NOBODY, find_patients, patient_by_id
from webapp.errors import refused_form
from webapp.forms.account import EraseForm
from webapp.forms.desk import PatientSearchForm
from webapp.responses import Message, go_to, page

bp = Blueprint("patients", __name__, url_prefix="/patients")


@bp.get("")
async def index() -> Response:
    """Ask who it is."""
    return page("patients/index.html", form=PatientSearchForm(formdata=None), search=NOBODY)


@bp.post("")
async def search() -> Response:
    """Show the patients of a name or address."""
    form = PatientSearchForm()
    found = await find_patients(form.q.data) if form.validate() and form.q.data else NOBODY
    status = 422 if form.refused else 200
    return page("patients/index.html", status=status, form=form, search=found)


@bp.get("/<patient_id>/erase")
async def ask(patient_id: str) -> Response:
    """Say who it is and what erasing means, and ask for the administrator's password."""
    patient = await patient_by_id(parse_id(patient_id))
    return page("patients/erase.html", form=EraseForm(), **await _shown(patient))


@bp.post("/<patient_id>/erase")
async def erase(patient_id: str) -> Response:
    """Erase the patient."""
    form, identifier = EraseForm(), parse_id(patient_id)
    try:
        await erase_on_request(identifier, g.user, form.password.data or "")
    except (Invalid, TooManyTries, Conflict) as error:
        return await _refused(identifier, form, error)
    text = gettext("The patient’s data is erased. Messages are removed within a minute.")
    return go_to("patients.index", message=Message(text=text))


async def _refused(
    patient_id: Id, form: EraseForm, error: Invalid | TooManyTries | Conflict
) -> Response:
    patient = await patient_by_id(patient_id)
    return refused_form("patients/erase.html", form, error, **await _shown(patient))


async def _shown(patient: User) -> dict[str, Any]:
    return {"patient": patient, "ahead": (await of_patient(patient.id)).upcoming}
