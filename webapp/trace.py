"""What pages need to know about messages; who sends them stays out of sight."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, cast

from flask import Flask, current_app

from domain.ids import Id

_EXTENSION = "bookwell-deliveries"


class Attempt(Protocol):
    """How one try to send a message ended, in the other side's own words."""

    @property
    def at(self) -> datetime: ...  # noqa: D102
    @property
    def state(self) -> str: ...  # noqa: D102
    @property
    def words(self) -> str: ...  # noqa: D102


class Delivery(Protocol):
    """One message to one recipient because of one event.

    `state`: pending, sending, sent, failed (will be tried again), parked or superseded.
    `unheard`, `cut`: how often it was sent and not answered, or the other side hung up instead.
    `due_at`: when it is tried next.
    `settled_at`: when it was accepted or given up.
    """

    @property
    def id(self) -> Id: ...  # noqa: D102
    @property
    def event_id(self) -> Id: ...  # noqa: D102
    @property
    def event_kind(self) -> str: ...  # noqa: D102
    @property
    def subject_id(self) -> Id: ...  # noqa: D102
    @property
    def channel(self) -> str: ...  # noqa: D102
    @property
    def recipient(self) -> str: ...  # noqa: D102
    @property
    def state(self) -> str: ...  # noqa: D102
    @property
    def due_at(self) -> datetime: ...  # noqa: D102
    @property
    def attempts(self) -> int: ...  # noqa: D102
    @property
    def unheard(self) -> int: ...  # noqa: D102
    @property
    def cut(self) -> int: ...  # noqa: D102
    @property
    def last_words(self) -> str: ...  # noqa: D102
    @property
    def history(self) -> Sequence[Attempt]: ...  # noqa: D102
    @property
    def created_at(self) -> datetime: ...  # noqa: D102
    @property
    def settled_at(self) -> datetime | None: ...  # noqa: D102


class Deliveries(Protocol):
    """All messages, as pages ask for them."""

    async def newest(
        self, *, state: str | None, recipients: Sequence[str] | None, before: str | None, size: int
    ) -> tuple[Sequence[Delivery], str | None]:
        """Return a page, newest first, and the mark of the next; Invalid for an unknown mark."""

    async def counts(self, most: int) -> Mapping[str, int]:
        """Return how many messages each state has that is not the end, counted up to `most`."""

    async def one(self, delivery_id: Id, /) -> Delivery:
        """Return one message, or raise NotFound."""

    async def of_subject(self, subject_id: Id, /) -> Sequence[Delivery]:
        """Return all messages about an appointment, in the order of their events."""

    async def resting(
        self, subject_ids: Sequence[Id], /, *, kept: bool = False
    ) -> Mapping[Id, Delivery]:
        """Return, for each appointment, a message to a person that is not out (yet), if any.

        `kept`: it may be as it was a second ago.
        """

    def is_to_people(self, channel: str, /) -> bool:
        """Tell whether what goes over a channel goes to people, not to another system."""

    def is_correctable(self, channel: str, /) -> bool:
        """Tell whether it goes to e-mail addresses, in whose place others may be put."""

    async def stuck_since(self) -> datetime | None:
        """Return since when the mail server takes nothing; None if it seems to be well."""

    async def resend(self, delivery_id: Id, recipient: str, by: str) -> None:
        """Send again what did not go out, or raise NotFound, Invalid or Conflict."""

    async def resend_parked(self, by: str) -> int:
        """Send everything that was given up again, and return how many messages that are."""


def init_app(app: Flask, known: Deliveries) -> None:
    """Let the views of this application ask for messages."""
    app.extensions[_EXTENSION] = known


def deliveries() -> Deliveries:
    """Return the messages that the application of this request knows."""
    return cast("Deliveries", current_app.extensions[_EXTENSION])
