"""What people say about themselves."""

from functools import partial

from domain import spans
from domain.documents import Appointment, Role, User
from domain.errors import Invalid
from domain.languages import LANGUAGES
from domain.sentences import Sentence
from domain.walltime import zone_names
from domain.writes import Writes, in_transaction


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
    await in_transaction(partial(_store, person, change))
    changed: User = person.model_copy(update=change)
    return changed


def _store(person: User, change: dict[str, str | None], writes: Writes) -> None:
    writes.change_one(User, {"_id": person.id, "active": True}, {"$set": change})
    if person.role is Role.PATIENT:
        # Messages about what is booked already speak the language, too.
        mine = {"patient_id": person.id, "starts_at": spans.ahead()}
        language = {"patient_language": change["language"] or ""}
        writes.change_all(Appointment, mine, {"$set": language})
