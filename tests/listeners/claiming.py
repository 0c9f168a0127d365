"""Taking one delivery, where the app takes some at once."""

from datetime import timedelta

from domain.ids import Id, new_id
from listeners import deliveries
from listeners.deliveries import Claim


async def claim(delivery_id: Id, lease: timedelta) -> Claim | None:
    """Take a delivery that is due, or whose holder's lease ran out; None if it is not to be had."""
    granted = await deliveries.claim_some([delivery_id], lease, new_id())
    return granted[0] if granted else None
