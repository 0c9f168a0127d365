"""How long to wait before the next try."""

from datetime import timedelta
from random import SystemRandom

_random = SystemRandom()
_DOUBLINGS = 32


def retry_delay(attempt: int, *, first: float, cap: float) -> timedelta:
    """Return the pause after the given attempt (1, 2, …): doubling from `first` up to `cap`.

    Between half and all of it at random, so that what failed together is not retried together.
    """
    ceiling = _ceiling(attempt, first, cap)
    return timedelta(seconds=_random.uniform(ceiling / 2, ceiling))


def waited_before(attempt: int, *, first: float, cap: float) -> timedelta:
    """Return how long all pauses before the given attempt take together, on an average."""
    pauses = attempt - 1
    growing = sum(_ceiling(one, first, cap) for one in range(1, min(pauses, _DOUBLINGS) + 1))
    alike = max(0, pauses - _DOUBLINGS) * _ceiling(pauses, first, cap)
    return timedelta(seconds=(growing + alike) * 3 / 4)


def _ceiling(attempt: int, first: float, cap: float) -> float:
    """Return the longest pause after an attempt."""
    return min(cap, first * 2.0 ** min(attempt - 1, _DOUBLINGS))
