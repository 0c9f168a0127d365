"""Whose account an address leads to."""

from domain.documents import User
from domain.reading import read_one


async def account_at(address: str) -> User | None:
    """Return whose account has an address; where nobody has confirmed it, it is nobody's."""
    return await read_one(User, {"email": address, "unconfirmed": None})


async def recoverable_at(address: str) -> User | None:
    """Return whose account who reads the mail of an address may take over.

    The one with the address, or else the latest that was registered with it and not confirmed.
    """
    found = await User.find({"email": address}).to_list()
    return max(found, key=lambda one: (one.unconfirmed is None, one.created_at), default=None)
