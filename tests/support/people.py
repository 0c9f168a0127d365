"""People who can sign in."""

from domain.actions.accounts import add_person
from domain.documents import Role, User


async def member(*, email: str, password: str, name: str, phone: str = "") -> User:
    """Return a patient whose address is confirmed."""
    return await add_person(
        role=Role.PATIENT, email=email, password=password, name=name, phone=phone
    )
