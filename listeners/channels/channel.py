"""What a way of reaching people must be able to do."""

from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from domain import clock
from domain.events import Event
from listeners.config import NotifierConfig
from listeners.documents import Delivery


class Refused(Exception):
    """The other side will never take this message; its own words say why."""


class NotNow(Exception):
    """It did not work this time, and may work later; the words say why."""


class NotTried(NotNow):
    """The other side is left alone for a while, because of how it treated other messages."""


class Unheard(Exception):
    """The whole message was handed over and no answer came: it may have been accepted.

    `is_cut`: the other side ended the conversation instead of answering.
    """

    def __init__(self, words: str, *, is_cut: bool = False) -> None:
        super().__init__(words)
        self.is_cut = is_cut


class Channel(Protocol):
    """A way of reaching people. Called from several threads at once.

    `to_people`: its recipients are people, not another system. `correctable`: they are e-mail
    addresses, and the desk may put right where a patient is written to.
    """

    to_people: ClassVar[bool]
    correctable: ClassVar[bool]

    def __init__(self, config: NotifierConfig) -> None:
        """Read what it must know of its surroundings."""

    def send(self, delivery: Delivery, event: Event) -> str:
        """Hand one message over and return the other side's words of acceptance.

        Raises:
            Refused: for good.
            NotNow: for the moment.
            Unheard: another try may double it. Anything else is a message that cannot be built.
        """

    def rest(self) -> None:
        """Close what this thread keeps open; it has had nothing to send for a while."""

    def interrupt(self) -> None:
        """Break off what other threads are sending and take no more: the process must end."""


def begin_by(delivery: Delivery, config: NotifierConfig) -> datetime:
    """Return until when a claimed message may begin to be handed over; see `begin_within`."""
    claimed_at = delivery.due_at - timedelta(seconds=config.lease)
    return claimed_at + timedelta(seconds=config.begin_within)


def require_time(latest: datetime) -> None:
    """Raise NotNow if the lease could run out, and another process send too, before the answer."""
    if clock.now() > latest:
        raise NotNow("too slow: there was no time left to hand the message over")


def unanswered(error: Exception) -> str:
    """Say why the other side gave no answer, as staff can read it."""
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"no answer: {reason}"


def unheard(error: Exception, *, is_cut: bool) -> Unheard:
    """Say that nothing more is known of a message than that it was sent."""
    words = f"the message was sent and may have been accepted; {unanswered(error)}"
    return Unheard(words, is_cut=is_cut)
