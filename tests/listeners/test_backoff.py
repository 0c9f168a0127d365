"""How long a failed message waits."""

from hypothesis import given
from hypothesis import strategies as st

from listeners.backoff import retry_delay


@given(attempt=st.integers(1, 10_000), first=st.floats(0.01, 60), cap=st.floats(60, 3600))
def test_the_pause_doubles_up_to_its_cap_and_varies_by_half(
    attempt: int, first: float, cap: float
) -> None:
    ceiling = min(cap, first * 2.0 ** min(attempt - 1, 100))

    pause = retry_delay(attempt, first=first, cap=cap).total_seconds()

    assert ceiling / 2 - 1e-6 <= pause <= ceiling + 1e-6


def test_messages_that_failed_together_are_not_retried_together() -> None:
    pauses = {retry_delay(5, first=5, cap=600) for _ in range(50)}

    assert len(pauses) > 25
