"""How long to wait before the next try."""

from datetime import timedelta
from random import SystemRandom

_random = SystemRandom()
_DOUBLINGS = 32


def retry_delay(attempt: int, *, first: float, cap: float) -> timedelta:
    """Return the pause after the given attempt (1, 2, …): doubling from `first` up to `cap`.

    Between half and all of it at random, so that what failed together is not retried together.
    """
    ceiling = min(cap, first * 2.0 ** min(attempt - 1, _DOUBLINGS))
    return timedelta(seconds=_random.uniform(ceiling / 2, ceiling))
