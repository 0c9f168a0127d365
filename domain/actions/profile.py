"""What people say about themselves."""

from datetime import timedelta

from domain import clock
from domain.database import change_one
from domain.documents import Appointment, Role, User
from domain.errors import Invalid
from domain.languages import LANGUAGES
from domain.sentences import Sentence
from domain.walltime import zone_names

_AHEAD = timedelta(days=10 * 366)


async def prefer(person: User, *, timezone: str, language: str) -> User:
    """Show a person all times in a zone, and everything in a language, from now on.

    "" means those of the device.

    Raises:
        Invalid: `timezone` is not one of the IANA database, or Bookwell speaks no such `language`.
    """
    wrong = {}
    if timezone and timezone not in zone_names():
        wrong["timezone"] = Sentence(Sentence("Please choose a time zone from the list."))
    if language and language not in LANGUAGES:
        wrong["language"] = Sentence(Sentence("Please choose a language from the list."))
    if wrong:
        raise Invalid("Please look at the marked fields.", **wrong)
    return await _set(person, timezone=timezone or None, language=language or None)


async def read_in(person: User, language: str) -> User:
    """Speak a language with a person from now on, on every device.

    Raises:
        Invalid: Bookwell does not speak it.
    """
    if language not in LANGUAGES:
        sentence = Sentence(Sentence("Please choose a language from the list."))
        raise Invalid(sentence, language=sentence)
    return await _set(person, language=language)


async def _set(person: User, **change: str | None) -> User:
    await change_one(User, {"_id": person.id}, {"$set": change})
    if person.role is Role.PATIENT:
        await _write_in(person, change["language"] or "")
    changed: User = person.model_copy(update=change)
    return changed


async def _write_in(patient: User, language: str) -> None:
    """Let messages about what is booked already speak the language, too."""
    now = clock.now()
    ahead = {"patient_id": patient.id, "starts_at": {"$gte": now, "$lt": now + _AHEAD}}
    await Appointment.find(ahead).update_many({"$set": {"patient_language": language}})
