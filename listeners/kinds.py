"""What kinds of events are about."""

_TIMES = frozenset({"appointment", "slot", "slots"})
_NO_NEWS = frozenset({"appointment.reminder", "appointment.marked"})


def about_times(kind: str) -> bool:
    """Tell whether events of a kind are about slots and appointments, not people's accounts.

    Of one appointment only the latest news is true. That somebody's password was changed stays
    true, and worth knowing, whatever else happens to the account.
    """
    return kind.partition(".")[0] in _TIMES


def makes_untrue(newer: str, older: str) -> bool:
    """Tell whether a message of one kind takes the place of an older one about the same.

    A reminder does not say that the time has changed, nor does it carry the calendar's entry: what
    says so is still needed, even late.
    """
    return newer not in _NO_NEWS or older in _NO_NEWS
