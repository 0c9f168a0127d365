"""Who works here, as an administrator sees it."""

import asyncio
import logging

from domain.documents import Role, User
from domain.reading import read_portion

log = logging.getLogger(__name__)

ROLES = (Role.ADMIN, Role.RECEPTIONIST, Role.DOCTOR)
_MOST_OF_ONE_ROLE = 10_000


async def all_staff(*, active: bool) -> list[User]:
    """Return those whose accounts are open, or closed, by role and name.

    Of each role the first ten thousand.
    """
    found = await asyncio.gather(*(_of_role(role, active=active) for role in ROLES))
    return [person for people in found for person in people]


async def _of_role(role: Role, *, active: bool) -> list[User]:
    where = {"role": role.value, "active": active}
    found, is_cut = await read_portion(User, where, User, order=("name",), limit=_MOST_OF_ONE_ROLE)
    if is_cut:
        log.warning("no more than %s people are listed as %s", _MOST_OF_ONE_ROLE, role.value)
    return found
