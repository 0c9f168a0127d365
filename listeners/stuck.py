"""Whether the mail server takes messages at all."""

import re
from datetime import datetime, timedelta
from itertools import takewhile

from domain import clock
from domain.newest import Newest
from listeners.documents import KEPT_ATTEMPTS, Delivery, DeliveryState

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
    unanswered = [_silent_since(one) for one in failed if not _ANSWERED.match(one.last_words)]
    if not unanswered or min(unanswered) > now - _PATIENCE:
        return None
    accepted = await _mails(DeliveryState.SENT)
    if any(one.settled_at and one.settled_at > now - _PATIENCE for one in accepted):
        return None
    return min(unanswered)


def _silent_since(failed: Delivery) -> datetime:
    """Return when the first of its latest tries was that got no answer.

    The message may have waited for days before. If no try that is kept got one, none did, probably.
    """
    silent = takewhile(lambda one: not _ANSWERED.match(one.words), reversed(failed.history))
    moments = [one.at for one in silent]
    return moments[-1] if 0 < len(moments) < KEPT_ATTEMPTS else failed.created_at


async def _mails(state: DeliveryState) -> list[Delivery]:
    """Return some in a state; what goes to webhooks says nothing about the mail server."""
    near = await Newest(Delivery, "due_at", {"state": state}).near(_SAMPLE)
    return [one for one in near if one.channel == "email"]
