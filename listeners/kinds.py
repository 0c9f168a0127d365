"""What kinds of events are about, and which news takes the place of which."""

from collections.abc import Mapping

_TIMES = frozenset({"appointment", "slot", "slots"})
_EVERY_NEWS = frozenset(
    f"appointment.{kind}"
    for kind in ("created", "moved", "cancelled", "restored", "reprojected", "reminder", "marked")
)
# Only what says all that is still true of the older one. A reminder does not say that the time has
# changed, nor does it carry the calendar's entry; of a series, what goes later does not say who was
# cancelled before; and of days that were closed not all may be open again.
_TAKES_THE_PLACE_OF: Mapping[str, frozenset[str]] = {
    "appointment.moved": _EVERY_NEWS,
    "appointment.cancelled": _EVERY_NEWS,
    "appointment.restored": _EVERY_NEWS,
    "appointment.reprojected": frozenset({"appointment.reprojected", "appointment.reminder"}),
    "appointment.reminder": frozenset({"appointment.reminder"}),
    "appointment.marked": frozenset({"appointment.marked", "appointment.reminder"}),
    "slot.deleted": frozenset({"slot.created"}),
    "slots.deleted": frozenset({"slots.created"}),
}


def about_times(kind: str) -> bool:
    """Tell whether events of a kind are about slots and appointments, not people's accounts.

    Of one appointment only the latest news is true. That somebody's password was changed stays
    true, and worth knowing, whatever else happens to the account.
    """
    return kind.partition(".")[0] in _TIMES


def makes_untrue(newer: str, older: str) -> bool:
    """Tell whether a message of one kind takes the place of an older one about the same."""
    return older in _TAKES_THE_PLACE_OF.get(newer, ())
