"""An appointment, as whoever holds the link in its messages sees it."""

from domain import clock, links
from domain.documents import Appointment, User
from domain.errors import NotFound
from domain.ids import parse_id


async def appointment_by_link(token: str) -> tuple[Appointment, User]:
    """Return the appointment that a link leads to, and its patient, in whose name one may act.

    Raises:
        NotFound: no such link, or it has ended: with the appointment, with the patient's account,
            or because the patient is written to elsewhere now.
    """
    appointment = await Appointment.find_one({"_id": parse_id(links.id_named(token))})
    if appointment is None or not _opens(token, appointment) or appointment.ends_at <= clock.now():
        raise _ended()
    patient = await User.find_one({"_id": appointment.patient_id})
    if patient is None or not patient.active:
        raise _ended()
    return appointment, patient


def _opens(token: str, appointment: Appointment) -> bool:
    nonce, address = appointment.link_nonce, appointment.patient_email
    right = links.manage_token(appointment.id, nonce, address)
    return bool(nonce and address) and links.equal(token, right)


def _ended() -> NotFound:
    return NotFound("This link has ended.")
