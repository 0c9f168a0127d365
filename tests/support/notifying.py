"""A notifier whose work a test can wait for."""

from domain.documents import EventRecord
from hosting.loop import LoopThread
from listeners.config import NotifierConfig
from listeners.documents import UNSETTLED, Delivery
from listeners.notifier import Notifier
from tests.support.waiting import eventually


class AwaitedNotifier(Notifier):
    """The app's own, and a question to the database: is everything done?"""

    def __init__(self, config: NotifierConfig, loop: LoopThread) -> None:
        super().__init__(config, loop)
        self._asking = loop

    def join(self, timeout: float = 20.0) -> None:
        """Return when every event is handled and no delivery waits, or fail."""
        eventually(lambda: self._asking.run(_all_settled(), timeout), within=timeout)


async def _all_settled() -> bool:
    # In this order: what goes from one to the other meanwhile is seen.
    events, deliveries = EventRecord.get_motor_collection(), Delivery.get_motor_collection()
    if await events.find_one({"handled": False}, {"_id": 1}):
        return False
    return not await deliveries.find_one({"state": {"$in": list(UNSETTLED)}}, {"_id": 1})
