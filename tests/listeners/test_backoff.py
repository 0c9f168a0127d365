"""How long a failed message waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listeners.backoff import retry_delay, waited_before


@given(attempt=st.integers(1, 10_000), first=st.floats(0.01, 60), cap=st.floats(60, 3600))
def test_the_pause_doubles_up_to_its_cap_and_varies_by_half(
    attempt: int, first: float, cap: float
) -> None:
    ceiling = min(cap, first * 2.0 ** min(attempt - 1, 100))

    pause = retry_delay(attempt, first=first, cap=cap).total_seconds()

    assert ceiling / 2 - 1e-6 <= pause <= ceiling + 1e-6


@given(attempt=st.integers(1, 40), first=st.floats(0.01, 60), cap=st.floats(0.01, 3600))
def test_pauses_together_take_what_they_take_on_an_average(
    attempt: int, first: float, cap: float
) -> None:
    means = [min(cap, first * 2.0**tries) * 3 / 4 for tries in range(attempt - 1)]

    waited = waited_before(attempt, first=first, cap=cap).total_seconds()

    assert waited == pytest.approx(sum(means), abs=1e-5)


def test_messages_that_failed_together_are_not_retried_together() -> None:
    pauses = {retry_delay(5, first=5, cap=600) for _ in range(50)}

    assert len(pauses) > 25
