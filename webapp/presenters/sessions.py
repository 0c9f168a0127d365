"""The browsers in which somebody is signed in, as their list shows them."""

from dataclasses import dataclass
from datetime import datetime

from flask import g, session

from domain.actions.sessions import alive, digest_of


@dataclass(frozen=True, kw_only=True)
class ShownSession:
    """One browser: what it is called, since when and when last it was used."""

    handle: str
    device: str
    since: datetime
    last_seen_at: datetime
    is_this: bool


def own_sessions() -> list[ShownSession]:
    """Return where the person who asks is signed in, this browser first."""
    this = digest_of(session["sid"])
    shown = [
        ShownSession(
            handle=entry.handle,
            device=entry.device,
            since=entry.created_at,
            last_seen_at=entry.last_seen_at,
            is_this=entry.digest == this,
        )
        for entry in alive(g.user)
    ]
    return sorted(shown, key=lambda one: not one.is_this)
