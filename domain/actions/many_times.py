"""Changing many times at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.actions.cancelling import end
from domain.actions.trying_again import Changed
from domain.changing import portions
from domain.documents import Appointment, Slot, SlotStatus, User
from domain.errors import AlreadyEnded, Invalid
from domain.events import ProposedTime
from domain.ids import Id
from domain.outbox import Transaction
from domain.sealing import Confidential
from domain.sentences import Sentence

MOST_CANCELLED = 100

Instead = Mapping[Id, Sequence[ProposedTime]]


class Free(Protocol):
    """A free time as it was read."""

    @property
    def doctor_id(self) -> Id:
        """Whose it is."""

    @property
    def starts_at(self) -> datetime:
        """Aware UTC."""

    @property
    def ends_at(self) -> datetime:
        """Aware UTC."""


def require_few(appointments: Sequence[object]) -> None:
    """Raise Invalid if more would be cancelled at once than one transaction should hold."""
    if len(appointments) > MOST_CANCELLED:
        raise Invalid(
            Sentence("Please cancel at most %(limit)s appointments at once.", limit=MOST_CANCELLED)
        )


def take_back_free(
    free: Sequence[Free],
    ending: Mapping[str, object],
    transaction: Transaction,
    **of_them: object,
) -> None:
    """Withdraw free times of one doctor, ascending, that are all there are between their ends.

    `of_them`: what they have in common beside the doctor. By range and not by id: a thousand ids
    are compared with each other, one range is not.

    Raises:
        Changed: there are others now.
    """
    for portion in portions(free):
        span = {"$gte": portion[0].starts_at, "$lt": portion[-1].ends_at}
        same = {"doctor_id": portion[0].doctor_id, **of_them, "status": SlotStatus.OPEN.value}
        changed = transaction.change_all(Slot, {**same, "starts_at": span}, {"$set": ending})
        if changed != len(portion):
            raise Changed


def give_up(
    appointment: Appointment,
    actor: User,
    reason: Confidential,
    instead: Instead,
    transaction: Transaction,
) -> None:
    """Cancel an appointment as it was read, proposing to its patient what there is instead.

    Raises:
        Changed: it is another now.
    """
    try:
        end(appointment, actor, reason, transaction, instead.get(appointment.id, ()))
    except AlreadyEnded as error:
        raise Changed from error
