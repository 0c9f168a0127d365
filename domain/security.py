"""How strictly this process guards who signs in: what the operator decided about it."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Security:
    """What the operator decided about sessions and about guessing.

    `session_idle`: a session that nobody used for so long has ended.
    `session_lifetime`: so long after signing in, it has ended however much it was used.
    `account_tries`: so many wrong passwords or codes in a row cost nothing; then each costs a wait.
    `address_tries`: the same for all that fails from one network address.
    `address_accounts`: so many new accounts from one network address cost no wait.
    """

    session_idle: timedelta = timedelta(days=1)
    session_lifetime: timedelta = timedelta(days=14)
    account_tries: int = 5
    address_tries: int = 50
    address_accounts: int = 300


_current = Security()


def configure(security: Security) -> None:
    """Set what holds in this process."""
    global _current
    _current = security


def current() -> Security:
    """Return what holds in this process."""
    return _current
