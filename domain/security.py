"""How strictly this process guards who signs in: what the operator decided about it."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Security:
    """What the operator decided about sessions.

    `session_idle`: a session that nobody used for so long has ended.
    `session_lifetime`: so long after signing in, it has ended however much it was used.
    """

    session_idle: timedelta = timedelta(days=1)
    session_lifetime: timedelta = timedelta(days=14)


_current = Security()


def configure(security: Security) -> None:
    """Set what holds in this process."""
    global _current
    _current = security


def current() -> Security:
    """Return what holds in this process."""
    return _current
