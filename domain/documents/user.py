"""A person who signs in, or a patient who was entered at the desk."""

import hashlib
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel

from domain.documents.stored import Stored
from domain.indexes import ascending, unique
from domain.sealing import ENCODERS, Confidential


class Role(StrEnum):
    """What a person may do."""

    PATIENT = "patient"
    DOCTOR = "doctor"
    RECEPTIONIST = "receptionist"
    ADMIN = "admin"


STAFF = frozenset({Role.DOCTOR, Role.RECEPTIONIST, Role.ADMIN})
DESK = frozenset({Role.RECEPTIONIST, Role.ADMIN})


class SessionEntry(BaseModel):
    """One signed-in browser: the SHA-256 of its secret, never the secret.

    `seen_at`: about when it was last used; older versions did not note it.
    """

    digest: str
    created_at: datetime
    expires_at: datetime
    seen_at: datetime | None = None
    device: str = ""

    @property
    def last_seen_at(self) -> datetime:
        """When it was last used."""
        return self.seen_at or self.created_at

    @property
    def handle(self) -> str:
        """A name for it that opens nothing: not even the stored digest can be told from it."""
        return hashlib.sha256(self.digest.encode()).hexdigest()[:24]


class SecondFactor(BaseModel):
    """What proves that somebody holds their telephone: the secret, and digests of spare codes.

    `last_step`: the half minute whose code was used last, so that none works twice.
    """

    secret: Confidential
    recovery: list[str]
    last_step: int
    added_at: datetime


class User(Stored):
    """A person. `email` is lower case and unique; `words` are beginnings to find them by.

    Sessions live inside the person, so that one read by `_id` tells who is asking, whether the
    session still holds and what the role is now. `revision` rises when an administrator changes the
    account, or needs it to stay as it is. `unconfirmed` makes the link that confirms the address,
    until its owner has followed it: so long, others may have the same address. `last_seen_at`:
    about when they last used the app; older versions noted it with each session alone.
    """

    email: str
    unconfirmed: str | None = None
    name: str
    phone: str = ""
    role: Role
    password_hash: str | None = None
    password_changed_at: datetime | None = None
    second_factor: SecondFactor | None = None
    specialty: str = ""
    timezone: str | None = None
    language: str | None = None
    active: bool = True
    sessions: list[SessionEntry] = []
    last_seen_at: datetime | None = None
    words: list[str] = []
    revision: int = 0
    created_at: datetime

    class Settings:
        """Where people are stored."""

        name = "users"
        bson_encoders = ENCODERS
        indexes = [
            unique("email", "unconfirmed", name="users_address"),
            ascending("unconfirmed", name="users_unconfirmed"),
            ascending("role", "active", "words", name="users_role_active_words"),
            ascending("role", "active", "name", name="users_role_active_name"),
        ]
