"""The audit log, as administrators read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from domain.audit import SEEN, saw
from domain.documents import AuditEntry, Role, User
from domain.errors import Invalid
from domain.ids import Id
from domain.newest import Newest, mark_of, place_of
from domain.queries.addresses import account_at
from domain.sentences import Sentence

PAGE_SIZE = 25


class Doing(StrEnum):
    """What somebody did with data."""

    SEEN = "seen"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """Whose data, by whom, looked at or changed; `before`: the mark of where a page goes on."""

    person_id: Id | None = None
    actor_id: Id | None = None
    doing: Doing | None = None
    before: str | None = None


@dataclass(frozen=True, kw_only=True)
class AuditPage:
    """One page of the log, newest first; `next_before` is the mark of the next one."""

    rows: list[AuditEntry]
    next_before: str | None


class PersonNamed(BaseModel):
    """Whom an identifier stands for."""

    model_config = ConfigDict(frozen=True)

    id: Id = Field(alias="_id")
    name: str
    role: Role


async def audit_page(wanted: AuditFilter, *, size: int = PAGE_SIZE) -> AuditPage:
    """Return one page of the log.

    Raises:
        Invalid: `before` is no mark of this list.
    """
    place = place_of(wanted.before) if wanted.before else None
    equal: dict[str, Any] = {}
    if wanted.person_id is not None:
        equal = {"people": wanted.person_id}
    elif wanted.actor_id is not None:
        equal = {"actor_id": wanted.actor_id}
    newest = Newest(AuditEntry, "at", equal)
    keep = None if wanted.doing is None and len(equal) == _asked(wanted) else _matching(wanted)
    found = await newest.page(size + 1, before=place, keep=keep)
    rows = found[:size]
    more = len(found) > size
    return AuditPage(rows=rows, next_before=mark_of(rows[-1].at, rows[-1].id) if more else None)


async def people_named(ids: Iterable[Id]) -> dict[Id, PersonNamed]:
    """Return those of some people that there are."""
    wanted = list(set(ids))
    if not wanted:
        return {}
    found = await User.find({"_id": {"$in": wanted}}).project(PersonNamed).to_list()
    saw((one.id, one.id) for one in found if one.role is Role.PATIENT)
    return {one.id: one for one in found}


async def person_at(email: str) -> Id:
    """Return whose account has an address.

    Raises:
        Invalid: nobody's.
    """
    person = await account_at(email)
    if person is None:
        sentence = Sentence("Nobody here has this address.")
        raise Invalid(sentence, email=sentence)
    return person.id


def _asked(wanted: AuditFilter) -> int:
    return (wanted.person_id is not None) + (wanted.actor_id is not None)


def _matching(wanted: AuditFilter) -> "Any":
    def matches(entry: AuditEntry) -> bool:
        seen = entry.what.startswith(SEEN)
        return (wanted.actor_id is None or entry.actor_id == wanted.actor_id) and (
            wanted.doing is None or seen == (wanted.doing is Doing.SEEN)
        )

    return matches
