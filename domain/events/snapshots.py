"""Facts taken from documents at the moment of an event."""

from domain.documents import Appointment, Slot, User
from domain.events.facts import Actor, AppointmentFacts, SlotFacts


def actor_of(user: User) -> Actor:
    """Return who acts, as an event tells it."""
    return Actor(id=user.id, role=user.role.value, name=user.name)


def slot_facts(slot: Slot, doctor: User) -> SlotFacts:
    """Return a slot as an event tells it."""
    return SlotFacts(
        slot_id=slot.id,
        doctor_id=slot.doctor_id,
        doctor_name=slot.doctor_name,
        doctor_email=doctor.email,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        wall_start=slot.wall_start,
        fold=slot.fold,
        zone=slot.zone,
        doctor_language=doctor.language or "",
    )


def appointment_facts(appointment: Appointment) -> AppointmentFacts:
    """Return an appointment as an event tells it."""
    return AppointmentFacts(
        appointment_id=appointment.id,
        **appointment.model_dump(
            include={
                "reference",
                "slot_id",
                "doctor_id",
                "doctor_name",
                "specialty",
                "patient_id",
                "patient_name",
                "patient_email",
                "starts_at",
                "ends_at",
                "wall_start",
                "fold",
                "zone",
                "sequence",
                "patient_language",
                "link_nonce",
            }
        ),
    )
