"""Until when a message is of any use: what comes later than that is better not sent."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from domain.actions.confirming import LINK_HOLDS
from domain.events import EmailConfirmationRequested, Event, PasswordResetRequested, ReminderDue

_OF_USE_UNTIL: Mapping[type[Event], Callable[[Any], datetime]] = {
    ReminderDue: lambda event: event.appointment.starts_at,
    PasswordResetRequested: lambda event: event.expires_at,
    EmailConfirmationRequested: lambda event: event.occurred_at + LINK_HOLDS,
}


def end_of_use(event: Event) -> datetime | None:
    """Return when what is to be said begins, or the link to be written ends, if it does."""
    until = _OF_USE_UNTIL.get(type(event))
    return None if until is None else until(event).astimezone(UTC)
