"""How long to wait before the next try."""

from datetime import timedelta
from math import ceil, log2
from random import SystemRandom

_random = SystemRandom()
_DOUBLINGS = 32


def retry_delay(attempt: int, *, first: float, cap: float) -> timedelta:
    """Return the pause after the given attempt (1, 2, …): doubling from `first` up to `cap`.

    Between half and all of it at random, so that what failed together is not retried together.
    """
    ceiling = min(cap, first * 2.0 ** min(attempt - 1, _DOUBLINGS))
    return timedelta(seconds=_random.uniform(ceiling / 2, ceiling))


def waited_before(attempt: int, *, first: float, cap: float) -> timedelta:
    """Return how long all pauses before the given attempt take together, on an average."""
    pauses, doubling = attempt - 1, max(0, ceil(log2(cap / first)))
    ceilings = first * (2.0 ** min(pauses, doubling) - 1) + cap * max(0, pauses - doubling)
    return timedelta(seconds=ceilings * 3 / 4)
