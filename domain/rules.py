"""When patients and staff may still act: notice, horizon, cut-off."""

from datetime import datetime, timedelta

from domain import clinic, clock
from domain.documents import STAFF, User
from domain.errors import TooLate


def bookable_span(viewer: User | None = None) -> tuple[datetime, datetime]:
    """Return the half-open span of start times that a person may book.

    Staff have no notice and no horizon.
    """
    practice, now = clinic.current(), clock.now()
    if viewer is not None and viewer.role in STAFF:
        return now, now + timedelta(days=3660)
    return now + practice.min_notice, now + practice.booking_horizon + clock.RESOLUTION


def unbookable(starts_at: datetime, ends_at: datetime, viewer: User | None) -> TooLate | None:
    """Return why a person may not book a slot with these times now; None if they may."""
    if viewer is not None and viewer.role in STAFF:
        return TooLate("This time has passed.") if ends_at <= clock.now() else None
    earliest, latest = bookable_span(viewer)
    if starts_at < earliest:
        return TooLate("This time is too soon to be booked online. Please call the practice.")
    if starts_at >= latest:
        return TooLate("This time is too far ahead to be booked yet.")
    return None


def require_bookable(starts_at: datetime, ends_at: datetime, actor: User) -> None:
    """Raise TooLate unless the actor may book a slot with these times now."""
    refusal = unbookable(starts_at, ends_at, actor)
    if refusal is not None:
        raise refusal


def require_changeable(starts_at: datetime, ends_at: datetime, actor: User) -> None:
    """Raise TooLate unless the actor may cancel or move an appointment with these times now."""
    now = clock.now()
    if actor.role in STAFF:
        if ends_at <= now:
            raise TooLate("This appointment has passed.")
    elif now > starts_at - clinic.current().cancel_cutoff:
        raise TooLate("It is too late to change this online. Please call the practice.")
