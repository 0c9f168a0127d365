"""Roles in words."""

from flask_babel import gettext, pgettext

from domain.documents import Role


def role_word(role: Role | str) -> str:
    """Return what a role is called."""
    words = {
        "patient": pgettext("role", "Patient"),
        "doctor": pgettext("role", "Doctor"),
        "receptionist": gettext("Receptionist"),
        "admin": gettext("Administrator"),
        "system": gettext("Bookwell itself"),
    }
    return words.get(str(role), str(role))
