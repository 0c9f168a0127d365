"""A person who signs in, or a patient who was entered at the desk."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel

from domain.database import ascending, unique
from domain.documents.stored import Stored


class Role(StrEnum):
    """What a person may do."""

    PATIENT = "patient"
    DOCTOR = "doctor"
    RECEPTIONIST = "receptionist"
    ADMIN = "admin"


STAFF = frozenset({Role.DOCTOR, Role.RECEPTIONIST, Role.ADMIN})
DESK = frozenset({Role.RECEPTIONIST, Role.ADMIN})


class SessionEntry(BaseModel):
    """One signed-in browser: the SHA-256 of its secret, never the secret."""

    digest: str
    created_at: datetime
    expires_at: datetime


class User(Stored):
    """A person. `email` is lower case and unique; `words` are beginnings to find them by.

    Sessions live inside the person, so that one read by `_id` tells who is asking, whether the
    session still holds and what the role is now.
    """

    email: str
    name: str
    phone: str = ""
    role: Role
    password_hash: str | None = None
    specialty: str = ""
    timezone: str | None = None
    language: str | None = None
    active: bool = True
    sessions: list[SessionEntry] = []
    words: list[str] = []
    created_at: datetime

    class Settings:
        """Where people are stored."""

        name = "users"
        indexes = [
            unique("email", name="users_email"),
            ascending("role", "active", "words", name="users_role_active_words"),
            ascending("role", "active", "name", name="users_role_active_name"),
        ]
