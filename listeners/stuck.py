"""Whether the mail server takes messages at all."""

import re
from datetime import datetime, timedelta

from domain import clock
from domain.newest import Newest
from listeners.documents import Delivery, DeliveryState

_PATIENCE = timedelta(minutes=2)
_SAMPLE = 60
# An answer of the server, such as "451 4.7.1 later": then it is there, and minds this one message.
_ANSWERED = re.compile(r"[245]\d\d ", re.ASCII)


async def stuck_since() -> datetime | None:
    """Return since when no message gets through, or None.

    That is so when messages have failed for over two minutes without the server's having said a
    word about them, and none was accepted meanwhile.
    """
    now = clock.now()
    failed = await _mails(DeliveryState.FAILED)
    unanswered = [one.created_at for one in failed if not _ANSWERED.match(one.last_words)]
    if not unanswered or min(unanswered) > now - _PATIENCE:
        return None
    accepted = await _mails(DeliveryState.SENT)
    if any(one.settled_at and one.settled_at > now - _PATIENCE for one in accepted):
        return None
    return min(unanswered)


async def _mails(state: DeliveryState) -> list[Delivery]:
    """Return some in a state; what goes to webhooks says nothing about the mail server."""
    near = await Newest(Delivery, "due_at", {"state": state}).near(_SAMPLE)
    return [one for one in near if one.channel == "email"]
