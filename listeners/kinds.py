"""What kinds of events are about."""

_TIMES = frozenset({"appointment", "slot", "slots"})


def about_times(kind: str) -> bool:
    """Tell whether events of a kind are about slots and appointments, not people's accounts.

    Of one appointment only the latest news is true. That somebody's password was changed stays
    true, and worth knowing, whatever else happens to the account.
    """
    return kind.partition(".")[0] in _TIMES
