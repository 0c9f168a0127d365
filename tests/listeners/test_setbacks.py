"""How often a message is sent again of which nobody knows whether it was accepted."""

import threading
from datetime import timedelta

import pytest

from listeners.channels import Unheard
from listeners.documents import Delivery, DeliveryState
from listeners.resending import sent_again
from listeners.setbacks import Setbacks
from tests.conftest import Run
from tests.listeners.claiming import claim
from tests.listeners.conftest import Configure

CUT = Unheard("sent; connection lost", is_cut=True)
SILENCE = Unheard("sent; timed out")
PARKED, FAILED = DeliveryState.PARKED, DeliveryState.FAILED


def after(
    run: Run, configured: Configure, delivery: Delivery, *endings: Unheard
) -> tuple[DeliveryState, int, int]:
    """Try it once for each ending; return its state, and how often it was unheard and cut."""
    setbacks = Setbacks(configured(retry_first=0.0, unheard_pause=0.0), threading.Event())
    for ending in endings:
        held = run(claim(delivery.id, timedelta(minutes=1)))
        run(setbacks.note(held, ending)())
    stored = run(Delivery.get(delivery.id))
    return stored.state, stored.unheard, stored.cut


@pytest.mark.parametrize(
    ("endings", "expected"),
    [
        ([CUT, CUT, CUT, SILENCE], (FAILED, 1, 3)),
        ([CUT, CUT, CUT, SILENCE, SILENCE], (PARKED, 2, 3)),
        ([SILENCE, CUT], (PARKED, 1, 1)),
        ([CUT] * 15, (FAILED, 0, 15)),
        ([CUT] * 16, (PARKED, 0, 16)),
    ],
)
def test_one_further_copy_follows_a_silence_and_some_follow_a_cut(
    run: Run,
    configured: Configure,
    delivery: Delivery,
    endings: list[Unheard],
    expected: tuple[DeliveryState, int, int],
) -> None:
    assert after(run, configured, delivery, *endings) == expected


def test_what_staff_send_again_begins_anew(
    run: Run, configured: Configure, delivery: Delivery
) -> None:
    assert after(run, configured, delivery, CUT, SILENCE, SILENCE) == (PARKED, 2, 1)

    assert run(sent_again(run(Delivery.get(delivery.id)), "desk"))

    assert after(run, configured, delivery, SILENCE) == (FAILED, 1, 0)
