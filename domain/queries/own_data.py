"""Everything that the practice stores about a person, for that person."""

import asyncio
from datetime import datetime
from typing import Any

from domain import clinic, clock, spans
from domain.documents import Appointment, AuditEntry, User
from domain.newest import Newest
from domain.queries.appointments import history

_MOST_LOOKS = 5000


async def own_data(person: User) -> dict[str, Any]:
    """Return it in plain words and ISO 8601 times, ready for JSON."""
    now = clock.now()
    where = {"patient_id": person.id, "starts_at": spans.ever()}
    found = await Appointment.find(where).sort("+starts_at").to_list()
    appointments = await asyncio.gather(*map(_appointment, found))
    looks = await Newest(AuditEntry, "at", {"people": person.id}).page(_MOST_LOOKS)
    return {
        "practice": clinic.current().name,
        "exported_at": _iso(now),
        "account": _account(person),
        "signed_in": [_session(one) for one in person.sessions],
        "appointments": list(appointments),
        "seen_and_changed_by": [_look(one, person) for one in looks],
    }


def _account(person: User) -> dict[str, Any]:
    return {
        "id": str(person.id),
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "role": person.role.value,
        "specialty": person.specialty,
        "language": person.language,
        "timezone": person.timezone,
        "registered_at": _iso(person.created_at),
    }


def _session(session: Any) -> dict[str, Any]:
    return {
        "device": session.device,
        "since": _iso(session.created_at),
        "last_used_at": _iso(session.last_seen_at),
    }


async def _appointment(one: Appointment) -> dict[str, Any]:
    events = await history(one.id)
    return {
        "reference": one.reference,
        "doctor": one.doctor_name,
        "specialty": one.specialty,
        "starts_at": _iso(one.starts_at),
        "ends_at": _iso(one.ends_at),
        "zone": one.zone,
        "status": one.status.value,
        "reason": str(one.reason),
        "cancellation_reason": str(one.cancellation_reason),
        "name": one.patient_name,
        "email": one.patient_email,
        "phone": one.patient_phone,
        "history": [
            {"what": event.kind, "at": _iso(event.occurred_at), "by": event.actor.role}
            for event in events
        ],
    }


def _look(entry: AuditEntry, person: User) -> dict[str, Any]:
    # By role: who in the practice it was is for the practice to answer.
    by = "you" if entry.actor_id == person.id else entry.actor_role
    return {"what": entry.what, "at": _iso(entry.at), "by": by}


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
