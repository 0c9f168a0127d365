"""Events as the clinic would tell them, for one made-up week."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain import clock
from domain.events import (
    Actor,
    AppointmentCancelled,
    AppointmentCreated,
    AppointmentFacts,
    AppointmentMarked,
    AppointmentMoved,
    AppointmentReprojected,
    AppointmentRestored,
    Event,
    ProposedTime,
    ReminderDue,
    SlotCreated,
    SlotDeleted,
    SlotFacts,
    SlotsClosed,
    SlotsCreated,
    SlotsDeleted,
    SlotsReopened,
    to_record,
)
from domain.ids import new_id

PATIENT = Actor(id=new_id(), role="patient", name="Mira Lindqvist")
DOCTOR = Actor(id=new_id(), role="doctor", name="Dr. Amal Weber")
DESK = Actor(id=new_id(), role="receptionist", name="Jo Ferrara")
SYSTEM = Actor(id=None, role="system")

_START = datetime(2026, 12, 1, 13, 30, tzinfo=UTC)
_HALF_HOUR = timedelta(minutes=30)


def appointment(**changes: Any) -> AppointmentFacts:
    facts = AppointmentFacts(
        appointment_id=new_id(),
        reference="K7Q-4MD",
        slot_id=new_id(),
        doctor_id=new_id(),
        doctor_name="Dr. Amal Weber",
        specialty="Dermatology",
        patient_id=new_id(),
        patient_name="Mira Lindqvist",
        patient_email="mira@example.org",
        starts_at=_START,
        ends_at=_START + _HALF_HOUR,
        wall_start="2026-12-01T14:30",
        fold=0,
        zone="Europe/Berlin",
        sequence=0,
    )
    return replace(facts, **changes)


def slot(**changes: Any) -> SlotFacts:
    facts = SlotFacts(
        slot_id=new_id(),
        doctor_id=new_id(),
        doctor_name="Dr. Amal Weber",
        doctor_email="weber@example.org",
        starts_at=_START,
        ends_at=_START + _HALF_HOUR,
        wall_start="2026-12-01T14:30",
        fold=0,
        zone="Europe/Berlin",
    )
    return replace(facts, **changes)


def created(facts: AppointmentFacts | None = None, **changes: Any) -> AppointmentCreated:
    return AppointmentCreated(actor=PATIENT, appointment=facts or appointment(), **changes)


def moved(facts: AppointmentFacts, **changes: Any) -> AppointmentMoved:
    later = replace(
        facts,
        starts_at=facts.starts_at + timedelta(days=1),
        ends_at=facts.ends_at + timedelta(days=1),
        wall_start="2026-12-02T14:30",
        sequence=facts.sequence + 1,
    )
    return AppointmentMoved(actor=PATIENT, appointment=later, previous=facts, **changes)


def reprojected(facts: AppointmentFacts, **changes: Any) -> AppointmentReprojected:
    now = replace(
        facts,
        starts_at=facts.starts_at + timedelta(hours=1),
        ends_at=facts.ends_at + timedelta(hours=1),
        sequence=facts.sequence + 1,
    )
    return AppointmentReprojected(actor=SYSTEM, appointment=now, previous=facts, **changes)


def cancelled(facts: AppointmentFacts | None = None, **changes: Any) -> AppointmentCancelled:
    values = {"actor": PATIENT, "appointment": facts or appointment(), **changes}
    return AppointmentCancelled(**values)


def reminder(facts: AppointmentFacts | None = None, **changes: Any) -> ReminderDue:
    tomorrow = clock.now() + timedelta(days=1)
    near = facts or appointment(starts_at=tomorrow, ends_at=tomorrow + _HALF_HOUR)
    return ReminderDue(actor=SYSTEM, appointment=near, lead="PT1440M", **changes)


def marked(facts: AppointmentFacts, **changes: Any) -> AppointmentMarked:
    values = {"status": "arrived", "previous_status": "booked", **changes}
    return AppointmentMarked(actor=DESK, appointment=facts, **values)


def series(**changes: Any) -> SlotsCreated:
    values = {
        "actor": DOCTOR,
        "series_id": new_id(),
        "doctor_id": new_id(),
        "doctor_name": "Dr. Amal Weber",
        "doctor_email": "weber@example.org",
        "count": 42,
        "skipped": 3,
        "first_starts_at": _START,
        "last_ends_at": _START + timedelta(days=20),
        "from_date": date(2026, 12, 1),
        "until_date": date(2026, 12, 21),
        "minutes": 30,
        "zone": "Europe/Berlin",
        **changes,
    }
    return SlotsCreated(**values)


def withdrawn_series(**changes: Any) -> SlotsDeleted:
    values = {
        "actor": DOCTOR,
        "series_id": new_id(),
        "doctor_id": new_id(),
        "doctor_name": "Dr. Amal Weber",
        "doctor_email": "weber@example.org",
        "count": 42,
        "kept": 0,
        "first_starts_at": _START,
        "last_ends_at": _START + timedelta(days=20),
        "first_day": date(2026, 12, 1),
        "zone": "Europe/Berlin",
        **changes,
    }
    return SlotsDeleted(**values)


def _days() -> dict[str, Any]:
    return {
        "actor": DESK,
        "doctor_id": new_id(),
        "doctor_name": "Dr. Amal Weber",
        "doctor_email": "weber@example.org",
        "first_day": date(2026, 12, 1),
        "last_day": date(2026, 12, 2),
        "slot_ids": (new_id(), new_id()),
        "references": ("K7Q-4MD",),
    }


def closed_days(**changes: Any) -> SlotsClosed:
    values = _days() | {
        "appointment_ids": (new_id(),),
        "kept": 0,
        "reason": "The doctor is ill.",
        **changes,
    }
    return SlotsClosed(**values)


def reopened_days(closing: SlotsClosed, **changes: Any) -> SlotsReopened:
    return SlotsReopened(**(_days() | {"closing_id": closing.id, **changes}))


def proposed(**changes: Any) -> ProposedTime:
    facts = ProposedTime(
        slot_id=new_id(),
        doctor_name="Dr. Amal Weber",
        starts_at=_START + timedelta(days=1),
        ends_at=_START + timedelta(days=1) + _HALF_HOUR,
        wall_start="2026-12-02T14:30",
        fold=0,
        zone="Europe/Berlin",
    )
    return replace(facts, **changes)


def one_of_each() -> list[Event]:
    """Return an event of every kind that somebody is written to about."""
    facts = appointment()
    return [
        created(facts),
        moved(facts),
        reprojected(facts),
        cancelled(facts, actor=DESK, reason="The doctor is ill."),
        AppointmentRestored(actor=DESK, appointment=facts),
        reminder(),
        SlotCreated(actor=DOCTOR, slot=slot()),
        series(),
        SlotDeleted(actor=DOCTOR, slot=slot(), reason="Away", cancelled_reference="K7Q-4MD"),
        withdrawn_series(kept=2, cancelled_references=("K7Q-4MD",), reason="Away"),
        closed_days(kept=1),
        reopened_days(closed_days()),
    ]


def in_order(*events: Event) -> list[Event]:
    """Return the events as having happened a second apart, the last one just now."""
    start = clock.now() - timedelta(seconds=len(events))
    return [
        replace(event, occurred_at=start + timedelta(seconds=index))
        for index, event in enumerate(events, start=1)
    ]


async def store(*events: Event) -> None:
    """Store events as their transactions would have, and tell nobody."""
    for event in events:
        await to_record(event).insert()
