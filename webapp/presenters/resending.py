"""A form that could not be checked, shown once more."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Request
from flask_babel import lazy_gettext

# What people type and choose; whatever else a form sends was carried along by its page.
_LABELS = {
    "name": lazy_gettext("Name"),
    "email": lazy_gettext("E-mail address"),
    "phone": lazy_gettext("Telephone"),
    "password": lazy_gettext("Password"),
    "current_password": lazy_gettext("Current password"),
    "code": lazy_gettext("Code"),
    "reason": lazy_gettext("Reason"),
    "date": lazy_gettext("Day"),
    "start": lazy_gettext("Start"),
    "end": lazy_gettext("Until"),
    "until": lazy_gettext("Until"),
    "minutes": lazy_gettext("Minutes"),
    "pause": lazy_gettext("Minutes between"),
    "from_date": lazy_gettext("First day"),
    "until_date": lazy_gettext("Last day"),
    "weekdays": lazy_gettext("Weekdays"),
    "timezone": lazy_gettext("Show times in"),
    "language": lazy_gettext("Language"),
    "status": lazy_gettext("Status"),
    "role": lazy_gettext("Role"),
    "specialty": lazy_gettext("Specialty"),
    "q": lazy_gettext("Search"),
}
_SECRET = frozenset({"password", "current_password", "code"})
_OPTIONAL = frozenset({"phone"})


@dataclass(frozen=True, kw_only=True)
class ResentField:
    """One field: `kind` is hidden, password or text; a password is never shown again.

    `optional`: in whatever form it stands.
    """

    name: str
    label: str
    value: str
    kind: str
    optional: bool


@dataclass(frozen=True, kw_only=True)
class ResentForm:
    """Where the form goes, and what was typed into it."""

    action: str
    fields: list[ResentField]


def resendable(request: Request) -> ResentForm | None:
    """Return the posted form, or None if another site sent it."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return None
    # All of it: a part of a form asks for something else than the form did.
    typed = request.form.items(multi=True)
    sent = [(name, value) for name, value in typed if name != "csrf_token"]
    return resent(request.full_path.rstrip("?"), sent)


def resent(action: str, sent: Iterable[tuple[str, str]]) -> ResentForm:
    """Return a form as it is shown again."""
    return ResentForm(action=action, fields=[_field(name, value) for name, value in sent])


def _field(name: str, value: str) -> ResentField:
    label = str(_LABELS.get(name, ""))
    kind = "password" if name in _SECRET else "text" if label else "hidden"
    value = "" if kind == "password" else value
    return ResentField(name=name, label=label, value=value, kind=kind, optional=name in _OPTIONAL)
