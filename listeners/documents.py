"""The stored noun of the listeners: one message to one recipient because of one event."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from domain.documents.stored import Stored
from domain.ids import Id
from domain.indexes import ascending, unique


class DeliveryState(StrEnum):
    """Where a delivery stands: waiting (pending, failed), being sent, or settled."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    PARKED = "parked"
    SUPERSEDED = "superseded"


WAITING = (DeliveryState.PENDING, DeliveryState.FAILED)
UNSETTLED = (*WAITING, DeliveryState.SENDING)
# Of one delivery: so much of its history is worth its room.
KEPT_ATTEMPTS = 20


class Attempt(BaseModel):
    """How one try ended, in the other side's own words."""

    at: datetime
    state: DeliveryState
    words: str


class Delivery(Stored):
    """One message to one recipient over one channel because of one event.

    `sequence`: which version of its appointment it tells of, 0 where there is none. `message`: the
    folder under `listeners/messages` that words it. `due_at`: when somebody is to look at it next;
    while it is being sent, when the lease runs out. `fence`: rises with every claim, so that an
    answer from an earlier holder is recognised and refused. `holder`: a token of the latest claim,
    by which whoever made it finds what was granted. `unheard`: how often all of it was sent and no
    answer came; `cut`: how often the other side hung up instead; both since somebody asked for it
    to be sent anew. `history`: the last attempts.
    """

    event_id: Id
    event_kind: str
    occurred_at: datetime
    sequence: int = 0
    subject_id: Id
    channel: str
    recipient: str
    message: str
    state: DeliveryState = DeliveryState.PENDING
    due_at: datetime
    fence: int = 0
    holder: Id | None = None
    attempts: int = 0
    unheard: int = 0
    cut: int = 0
    last_words: str = ""
    history: list[Attempt] = []
    created_at: datetime
    settled_at: datetime | None = None

    class Settings:
        """Where deliveries are stored."""

        name = "deliveries"
        indexes = [
            # Led by the subject, whom each event names, it also serves all that asks about one.
            unique(
                "subject_id", "event_id", "channel", "recipient", name="deliveries_once_of_subject"
            ),
            ascending("state", "due_at", name="deliveries_state_due"),
            ascending("recipient", "created_at", name="deliveries_recipient_created"),
            ascending("created_at", name="deliveries_created"),
        ]


class InLine(BaseModel):
    """What decides whose turn it is, of a delivery about some subject."""

    id: Id = Field(alias="_id")
    event_id: Id
    event_kind: str
    occurred_at: datetime
    sequence: int = 0
    subject_id: Id
    channel: str
    recipient: str
    state: DeliveryState
    due_at: datetime
    fence: int
