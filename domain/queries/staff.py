"""Who works here, as an administrator sees it."""

import asyncio

from domain.documents import Role, User

ROLES = (Role.ADMIN, Role.RECEPTIONIST, Role.DOCTOR)
_MOST_OF_ONE_ROLE = 2000


async def all_staff(*, active: bool) -> list[User]:
    """Return those whose accounts are open, or closed, by role and name."""
    found = await asyncio.gather(
        *(
            User.find({"role": role.value, "active": active})
            .sort("+name")
            .limit(_MOST_OF_ONE_ROLE)
            .to_list()
            for role in ROLES
        )
    )
    return [person for people in found for person in people]
