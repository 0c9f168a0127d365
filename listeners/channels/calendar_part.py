"""The calendar file that comes with a message about an appointment."""

from email.utils import parseaddr

from flask_mailman import EmailMultiAlternatives

from domain import clinic
from domain.events import (
    AppointmentCancelled,
    AppointmentCreated,
    AppointmentFacts,
    AppointmentMoved,
    AppointmentReprojected,
    AppointmentRestored,
    Event,
)
from domain.invitation import InvitationWords, Method, Organizer, invitation
from listeners.config import NotifierConfig
from translations.catalogues import catalogue
from translations.locales import language_of

_CHANGES = (
    AppointmentCreated,
    AppointmentMoved,
    AppointmentReprojected,
    AppointmentCancelled,
    AppointmentRestored,
)


def attach_calendar(mail: EmailMultiAlternatives, event: Event, config: NotifierConfig) -> None:
    """Add the appointment twice, if the event is about one: to act on, and to save as a file.

    Mail programs act on an alternative part of type text/calendar; those that do not know it
    offer the attachment.
    """
    if not isinstance(event, _CHANGES):
        return
    method = Method.CANCEL if isinstance(event, AppointmentCancelled) else Method.REQUEST
    address = config.public_url.rstrip("/")
    content = invitation(
        event.appointment,
        method,
        stamped_at=event.occurred_at,
        url=f"{address}/appointments/{event.appointment.appointment_id}",
        words=_words(event.appointment, event.language),
        organizer=_organizer(config.mail_from),
    )
    # Line ends become CRLF when the whole message is written.
    text = content.decode().replace("\r\n", "\n")
    mail.attach_alternative(text, f"text/calendar; method={method.value}")
    mail.attach("appointment.ics", content, "application/ics")


def _words(facts: AppointmentFacts, language: str) -> InvitationWords:
    say = catalogue(language_of(language or clinic.current().locale)).gettext
    return InvitationWords(
        summary=say("Appointment with %(doctor)s") % {"doctor": facts.doctor_name},
        reference=say("Reference %(reference)s") % {"reference": facts.reference},
    )


def _organizer(mail_from: str) -> Organizer:
    name, address = parseaddr(mail_from)
    return Organizer(name=name or clinic.current().name, address=address)
