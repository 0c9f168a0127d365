"""The audit log: who saw and changed whose data."""

from typing import Any

from flask import Blueprint, Response, request

from domain.actions.accounts import clean_address
from domain.errors import Invalid
from domain.queries.audit import AuditFilter, audit_page, people_named, person_at
from webapp.forms.people import AuditForm, AuditQuestion
from webapp.presenters.audit import audit_address, audit_lines, doing_tabs, ids_in
from webapp.responses import go_to_path, page

bp = Blueprint("audit", __name__, url_prefix="/audit")


@bp.get("")
async def index() -> Response:
    """Show the newest entries, or those that the address asks for."""
    form, question = AuditForm(formdata=None), AuditQuestion.asked(request.args)
    try:
        return await _shown(form, question.wanted)
    except Invalid as error:
        form.refuse(error)
        return await _shown(form, AuditFilter(), status=422)


@bp.post("")
async def look() -> Response:
    """Find whose entries are wanted; the address is posted, so that no link ever holds one."""
    form = AuditForm()
    try:
        found = await person_at(clean_address(form.email.data or ""))
    except Invalid as error:
        form.refuse(error)
        return await _shown(form, AuditFilter(), status=422)
    side = "actor" if form.side.data == "actor" else "person"
    return go_to_path(audit_address(AuditFilter(), **{side: found}))


async def _shown(form: AuditForm, wanted: AuditFilter, **answer: Any) -> Response:
    found = await audit_page(wanted)
    names = await people_named(
        ids_in(found.rows) | {one for one in (wanted.person_id, wanted.actor_id) if one}
    )
    return page(
        "audit/index.html",
        form=form,
        lines=audit_lines(found.rows, names),
        tabs=doing_tabs(wanted),
        person=names.get(wanted.person_id) if wanted.person_id else None,
        actor=names.get(wanted.actor_id) if wanted.actor_id else None,
        narrowed=wanted.person_id or wanted.actor_id,
        first=audit_address(wanted, before=None) if wanted.before else None,
        later=audit_address(wanted, before=found.next_before) if found.next_before else None,
        **answer,
    )
