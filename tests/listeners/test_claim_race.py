"""Many processes at one delivery: one of them sends it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from listeners.fanout import fan_out
from tests.conftest import Run
from tests.listeners.claiming import claim
from tests.listeners.facts import created, store

ROUNDS, CLAIMANTS = 10, 16
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("round_number", range(ROUNDS))
def test_of_many_claims_at_once_one_is_granted(run: Run, round_number: int) -> None:
    event = created()
    run(store(event))
    (delivery_id,) = run(fan_out([event]))

    with ThreadPoolExecutor(CLAIMANTS) as threads:
        claims = list(threads.map(lambda _: run(claim(delivery_id, MINUTE)), range(CLAIMANTS)))

    assert sum(claim is not None for claim in claims) == 1
