"""A form that could not be checked, shown once more."""

from dataclasses import dataclass

from flask import Request
from flask_babel import lazy_gettext

_MOST_FIELDS = 60
_TECHNICAL = frozenset({"idempotency_key", "next", "slot_id", "patient_id", "appointment_id"})
_LABELS = {
    "name": lazy_gettext("Name"),
    "email": lazy_gettext("E-mail address"),
    "phone": lazy_gettext("Telephone"),
    "password": lazy_gettext("Password"),
    "reason": lazy_gettext("Reason"),
    "date": lazy_gettext("Day"),
    "start": lazy_gettext("Start"),
    "end": lazy_gettext("Until"),
    "minutes": lazy_gettext("Minutes"),
    "pause": lazy_gettext("Pause between"),
    "from_date": lazy_gettext("First day"),
    "until_date": lazy_gettext("Last day"),
    "weekdays": lazy_gettext("Weekdays"),
    "timezone": lazy_gettext("Show times in"),
    "language": lazy_gettext("Language"),
    "status": lazy_gettext("Status"),
}
_SECRET = frozenset({"password", "current_password", "code"})


@dataclass(frozen=True, kw_only=True)
class ResentField:
    """One field: `kind` is hidden, password or text; a password is never shown again."""

    name: str
    label: str
    value: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class ResentForm:
    """Where the form goes, and what was typed into it."""

    action: str
    fields: list[ResentField]


def resendable(request: Request) -> ResentForm | None:
    """Return the posted form, or None if another site sent it."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return None
    typed = [
        (name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"
    ]
    fields = [_field(name, value) for name, value in typed[:_MOST_FIELDS]]
    return ResentForm(action=request.full_path.rstrip("?"), fields=fields)


def _field(name: str, value: str) -> ResentField:
    kind = "hidden" if name in _TECHNICAL else "password" if name in _SECRET else "text"
    label = str(_LABELS.get(name) or name.replace("_", " ").capitalize())
    return ResentField(name=name, label=label, value="" if kind == "password" else value, kind=kind)
