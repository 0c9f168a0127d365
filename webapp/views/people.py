"""Staff, as an administrator looks after it."""

import asyncio
from collections.abc import Sequence

from flask import Blueprint, Response, g
from flask_babel import gettext, ngettext

from domain.actions import staff
from domain.actions.recovery import ask_for_reset
from domain.documents import Appointment, User
from domain.errors import Conflict, DomainError, Invalid
from domain.ids import parse_id
from domain.queries.staff import all_staff
from webapp.errors import STATUS_OF
from webapp.forms.people import ColleagueForm, NewColleagueForm
from webapp.languages import translated
from webapp.presenters.people import role_word
from webapp.presenters.times import meant
from webapp.responses import Message, go_to, page

bp = Blueprint("people", __name__, url_prefix="/people")


@bp.get("")
async def index() -> Response:
    """List who works here, and who has."""
    working, former = await asyncio.gather(all_staff(active=True), all_staff(active=False))
    return page("people/index.html", working=working, former=former, role_word=role_word)


@bp.get("/add")
async def ask() -> Response:
    """Ask who is to be added."""
    return page("people/add.html", form=NewColleagueForm())


@bp.post("/add")
async def add() -> Response:
    """Add a colleague, who then chooses a password."""
    form = NewColleagueForm()
    if not form.validate():
        return page("people/add.html", status=422, form=form)
    try:
        added = await staff.add_staff(
            role=form.wanted_role,
            email=form.email.data or "",
            name=form.name.data or "",
            specialty=form.specialty.data or "",
            actor=g.user,
        )
    except Invalid as error:
        form.refuse(error)
        return page("people/add.html", status=422, form=form)
    await ask_for_reset(added.email)
    text = gettext(
        "%(name)s is added and gets a link by e-mail to choose a password.", name=added.name
    )
    return go_to("people.index", message=Message(text=text))


@bp.get("/<person_id>")
async def show(person_id: str) -> Response:
    """Show a colleague, and what may be changed."""
    person = await staff.staff_member(parse_id(person_id))
    return _shown(person, ColleagueForm.of(person))


@bp.post("/<person_id>")
async def change(person_id: str) -> Response:
    """Change name, role or specialty."""
    person = await staff.staff_member(parse_id(person_id))
    form = ColleagueForm.of(person)
    if not form.validate():
        return _shown(person, form, status=422)
    try:
        await staff.change_staff(
            person.id,
            role=form.wanted_role,
            name=form.name.data or "",
            specialty=form.specialty.data or "",
            actor=g.user,
        )
    except (Invalid, Conflict) as error:
        form.refuse(error)
        return _shown(person, form, status=STATUS_OF[error.kind])
    return go_to("people.index", message=Message(text=gettext("Saved.")))


@bp.post("/<person_id>/deactivate")
async def deactivate(person_id: str) -> Response:
    """Close the account and end its sessions."""
    person = await staff.staff_member(parse_id(person_id))
    try:
        booked = await staff.deactivate(person.id, g.user)
    except Conflict as error:
        return _refused(person, error)
    if booked:
        return _left_behind(person, booked)
    text = gettext("The account of %(name)s is closed.", name=person.name)
    return go_to("people.index", message=Message(text=text))


@bp.post("/<person_id>/reactivate")
async def reactivate(person_id: str) -> Response:
    """Open a closed account again."""
    person = await staff.staff_member(parse_id(person_id))
    try:
        await staff.reactivate(person.id, g.user)
    except Conflict as error:
        return _refused(person, error)
    text = gettext("The account of %(name)s is open again.", name=person.name)
    return go_to("people.index", message=Message(text=text))


def _left_behind(doctor: User, booked: Sequence[Appointment]) -> Response:
    """Lead to the desk's list of what a doctor has left."""
    text = ngettext(
        "The account of %(name)s is closed. %(num)d appointment is still booked there: "
        "please move or cancel it at the desk.",
        "The account of %(name)s is closed. %(num)d appointments are still booked there: "
        "please move or cancel them at the desk.",
        len(booked),
        name=doctor.name,
    )
    last = max(meant(one)[0].date() for one in booked)
    message = Message(text=text)
    return go_to("desk.index", message=message, doctor=doctor.id, until=last, status="booked")


def _refused(person: User, error: DomainError) -> Response:
    message = Message(text=translated(error.sentence), role="alert")
    form = ColleagueForm.of(person)
    return _shown(person, form, status=STATUS_OF[error.kind], message=message)


def _shown(
    person: User, form: ColleagueForm, *, status: int = 200, message: Message | None = None
) -> Response:
    return page(
        "people/show.html",
        status=status,
        message=message,
        person=person,
        role=role_word(person.role),
        form=form,
    )
