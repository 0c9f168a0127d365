"""What becomes of a doctor's times ahead when they leave, and when they are back."""

from typing import Any

from domain import clock, spans
from domain.actions.restoring import RESTORABLE_FOR
from domain.documents import Slot, SlotStatus
from domain.ids import Id
from domain.writes import Writes

_LEFT = {"doctor_left": True}


def offer_no_more(doctor_id: Id, by: Id | None, writes: Writes) -> None:
    """Withdraw what is open, and mark what patients have: nobody books it once it is let go."""
    writes.change_all(Slot, _ahead(doctor_id, SlotStatus.BOOKED), {"$set": _LEFT})
    _mark_restorable(doctor_id, writes)
    withdrawal = {
        "status": SlotStatus.WITHDRAWN.value,
        "withdrawn_at": clock.now(),
        "withdrawn_by": by,
    }
    # The open ones last, so that none is written twice.
    writes.change_all(Slot, _ahead(doctor_id, SlotStatus.OPEN), {"$set": {**withdrawal, **_LEFT}})


def offer_again(doctor_id: Id, writes: Writes) -> None:
    """Let others book what is let go from now on; what is withdrawn stays so."""
    left = {"doctor_id": doctor_id, "starts_at": spans.ahead(), **_LEFT}
    writes.change_all(Slot, left, {"$set": {"doctor_left": False}})


def _mark_restorable(doctor_id: Id, writes: Writes) -> None:
    """Mark what was withdrawn just now, as an undo may give it back to its patient.

    That is twice as long as it may begin, for one that is on its way. Older ones are left: there
    may be thousands.
    """
    since = {"withdrawn_at": {"$gte": clock.now() - 2 * RESTORABLE_FOR}}
    restorable = {**_ahead(doctor_id, SlotStatus.WITHDRAWN), **since}
    writes.change_all(Slot, restorable, {"$set": _LEFT})


def _ahead(doctor_id: Id, status: SlotStatus) -> dict[str, Any]:
    return {"doctor_id": doctor_id, "status": status.value, "starts_at": spans.ahead()}
