"""What people say about themselves."""

from domain.database import change_one
from domain.documents import User
from domain.errors import Invalid
from domain.walltime import zone_names


async def live_in(person: User, timezone: str) -> User:
    """Show a person all times in a zone from now on; "" means the one of the device.

    Raises:
        Invalid: `timezone` is not one of the IANA database.
    """
    if timezone and timezone not in zone_names():
        sentence = "Please choose a time zone from the list."
        raise Invalid(sentence, timezone=sentence)
    change = {"timezone": timezone or None}
    await change_one(User, {"_id": person.id}, {"$set": change})
    changed: User = person.model_copy(update=change)
    return changed
