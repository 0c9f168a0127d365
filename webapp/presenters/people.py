"""Roles in words."""

from flask_babel import gettext

from domain.documents import Role


def role_word(role: Role | str) -> str:
    """Return what a role is called."""
    words = {
        "patient": gettext("Patient"),
        "doctor": gettext("Doctor"),
        "receptionist": gettext("Receptionist"),
        "admin": gettext("Administrator"),
        "system": gettext("Bookwell itself"),
    }
    return words.get(str(role), str(role))
