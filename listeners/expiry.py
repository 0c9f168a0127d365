"""Until when a message is of any use: what comes later than that is better not sent."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from domain import clock
from domain.actions.confirming import LINK_HOLDS
from domain.events import EmailConfirmationRequested, Event, PasswordResetRequested, ReminderDue

_OF_USE_UNTIL: Mapping[type[Event], Callable[[Any], datetime]] = {
    ReminderDue: lambda event: event.appointment.starts_at,
    PasswordResetRequested: lambda event: event.expires_at,
    EmailConfirmationRequested: lambda event: event.occurred_at + LINK_HOLDS,
}


def has_expired(event: Event) -> bool:
    """Tell whether what is to be said has begun, or the link to be written has ended."""
    until = _OF_USE_UNTIL.get(type(event))
    return until is not None and until(event) <= clock.now()
