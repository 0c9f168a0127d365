"""Whatever holders do in whatever order, one of them has the say."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain import clock
from listeners import deliveries
from listeners.deliveries import Claim, LeaseLost
from listeners.documents import Delivery, DeliveryState
from listeners.fanout import fan_out
from tests.conftest import Run
from tests.listeners.claiming import claim
from tests.listeners.facts import created, store
from tests.support.racing import rounds

STEPS = {
    DeliveryState.SENT: lambda held: deliveries.sent(held, "250"),
    DeliveryState.FAILED: lambda held: deliveries.failed(held, "451", clock.now()),
    DeliveryState.PARKED: lambda held: deliveries.parked(held, "550"),
    DeliveryState.SUPERSEDED: lambda held: deliveries.superseded(held, deliveries.OVERTAKEN),
    DeliveryState.PENDING: lambda held: deliveries.handed_back(held, clock.now()),
}
WAITING = {DeliveryState.PENDING, DeliveryState.FAILED}


class Holders(RuleBasedStateMachine):
    """Many holders of one delivery, beside a model of whose answer counts."""

    run_on_loop: Run
    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        event = created()
        self.run_on_loop(store(event))
        (self.id,) = self.run_on_loop(fan_out([event]))
        self.state, self.fence, self.expired = DeliveryState.PENDING, 0, False

    @rule(target=claims, runs_out=st.booleans())
    def claim(self, runs_out: bool) -> Any:
        lease = timedelta(0) if runs_out else timedelta(hours=1)
        held = self.run_on_loop(claim(self.id, lease))
        takes_over = self.state is DeliveryState.SENDING and self.expired
        assert (held is not None) == (self.state in WAITING or takes_over)
        if held is None:
            return multiple()
        self.state, self.expired = DeliveryState.SENDING, runs_out
        self.fence += 1
        assert held.fence == self.fence
        return held

    @rule(held=claims, step=st.sampled_from(sorted(STEPS)))
    def answer(self, held: Claim, step: DeliveryState) -> None:
        is_current = held.fence == self.fence
        counts = is_current and self.state is DeliveryState.SENDING
        is_repeated = is_current and self.state is step
        try:
            self.run_on_loop(STEPS[step](held))
        except LeaseLost:
            assert not counts
            assert not is_repeated
        else:
            assert counts or is_repeated
            self.state = step

    @precondition(lambda self: self.state in WAITING)
    @rule()
    def overtaken(self) -> None:
        stored = self.run_on_loop(Delivery.get(self.id))
        assert self.run_on_loop(deliveries.overtake(stored))
        self.state = DeliveryState.SUPERSEDED

    @invariant()
    def stored_is_as_modelled(self) -> None:
        stored = self.run_on_loop(Delivery.get(self.id))
        assert (stored.state, stored.fence) == (self.state, self.fence)


@pytest.mark.probe
def test_only_the_current_holder_has_a_say(run: Run) -> None:
    class OnThisDatabase(Holders):
        run_on_loop = staticmethod(run)

    run_state_machine_as_test(
        OnThisDatabase,
        settings=settings(
            max_examples=rounds(full=200, short=12),
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
