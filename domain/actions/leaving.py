"""What becomes of a doctor's times ahead when they leave, and when they are back."""

from typing import Any

from domain import clock, spans
from domain.documents import Slot, SlotStatus
from domain.ids import Id
from domain.writes import Writes


def offer_no_more(doctor_id: Id, by: Id | None, writes: Writes) -> None:
    """Withdraw what is open, and mark what else lies ahead: nobody books it once it is let go.

    What is withdrawn already is marked too, as an undo may give it back to its patient.
    """
    left = {"doctor_left": True}
    withdrawal = {
        "status": SlotStatus.WITHDRAWN.value,
        "withdrawn_at": clock.now(),
        "withdrawn_by": by,
    }
    # The open ones last, so that none is written twice.
    for status, change in (
        (SlotStatus.BOOKED, left),
        (SlotStatus.WITHDRAWN, left),
        (SlotStatus.OPEN, {**withdrawal, **left}),
    ):
        writes.change_all(Slot, {**_ahead(doctor_id), "status": status.value}, {"$set": change})


def offer_again(doctor_id: Id, writes: Writes) -> None:
    """Let others book what is let go from now on; what is withdrawn stays so."""
    left = {**_ahead(doctor_id), "doctor_left": True}
    writes.change_all(Slot, left, {"$set": {"doctor_left": False}})


def _ahead(doctor_id: Id) -> dict[str, Any]:
    return {"doctor_id": doctor_id, "starts_at": spans.ahead()}
