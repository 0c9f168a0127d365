"""Staff: added, changed, let go and taken back by an administrator, never by themselves."""

from collections.abc import Awaitable
from functools import partial
from typing import TypeVar

from domain import spans
from domain.actions.accounts import address_in_use, new_person
from domain.actions.leaving import offer_again, offer_no_more
from domain.actions.sessions import NO_SESSIONS
from domain.database import DuplicateKey
from domain.documents import (
    ACTIVE_APPOINTMENT,
    STAFF,
    Appointment,
    AppointmentStatus,
    Role,
    Slot,
    User,
)
from domain.errors import Conflict, Forbidden, Invalid, NotFound
from domain.events import StaffAdded, StaffChanged, StaffDeactivated, StaffReactivated
from domain.events.snapshots import actor_of
from domain.ids import Id
from domain.outbox import Transaction, transact
from domain.queries.remembering import forget
from domain.sentences import Sentence
from domain.text import NAME_LIMIT, one_line, search_beginnings

T = TypeVar("T")


async def add_staff(
    *, role: Role, email: str, name: str, actor: User, phone: str = "", specialty: str = ""
) -> User:
    """Make an account for somebody who works here; they choose a password themselves.

    Raises:
        Forbidden: only administrators do this.
        Invalid: with a sentence for each field that is wrong.
    """
    _require_admin(actor)
    _require_staff_role(role)
    person = new_person(role=role, email=email, name=name, phone=phone, specialty=specialty)
    try:
        await transact(partial(_store_new, person, actor))
    except DuplicateKey as error:
        raise address_in_use() from error
    forget()
    return person


async def change_staff(
    person_id: Id, *, role: Role, name: str, actor: User, specialty: str = ""
) -> User:
    """Give a colleague another role, name or specialty; another role ends all their sessions.

    What a doctor offers and what is booked with them carries the new name and specialty, too.

    Raises:
        Forbidden: only administrators do this.
        NotFound: nobody of that id works here.
        Invalid: a field is wrong.
        Conflict: it is the last administrator, a doctor whom patients still come to, or
            somebody else has changed it meanwhile.
    """
    _require_admin(actor)
    _require_staff_role(role)
    person = await staff_member(person_id)
    change: dict[str, object] = {
        "role": role,
        "name": one_line("name", name, NAME_LIMIT, needed=True),
        "specialty": one_line("specialty", specialty, NAME_LIMIT),
    }
    change["words"] = search_beginnings(str(change["name"]), person.email)
    changed = [
        field for field in ("role", "name", "specialty") if getattr(person, field) != change[field]
    ]
    if not changed:
        return person
    if "role" in changed:
        change |= NO_SESSIONS
    return await _told(transact(partial(_store_change, person, change, changed, actor)))


async def deactivate(person_id: Id, actor: User) -> list[Appointment]:
    """Close an account: its sessions end, a doctor's open times are withdrawn.

    Returns what is still booked with the person.

    Raises:
        Forbidden: only administrators do this.
        NotFound: nobody of that id works here.
        Conflict: it is the last administrator, or closed already.
    """
    _require_admin(actor)
    return await _told(transact(partial(_store_end, await staff_member(person_id), actor)))


async def reactivate(person_id: Id, actor: User) -> User:
    """Open a closed account again, with the role it had.

    Raises:
        Forbidden: only administrators do this.
        NotFound: nobody of that id works here.
        Conflict: it is not closed.
    """
    _require_admin(actor)
    return await _told(transact(partial(_store_return, await staff_member(person_id), actor)))


async def staff_member(person_id: Id) -> User:
    """Return somebody who works here, or has.

    Raises:
        NotFound: nobody of that id does.
    """
    person = await User.find_one({"_id": person_id})
    if person is None or person.role not in STAFF:
        raise NotFound("Nobody of that name works here.")
    return person


async def _told(change: Awaitable[T]) -> T:
    """Return what a change returns once pages of this process do not remember how it was."""
    result = await change
    forget()
    return result


def _require_admin(actor: User) -> None:
    if actor.role is not Role.ADMIN:
        raise Forbidden("Only administrators look after the staff.")


def _require_staff_role(role: Role) -> None:
    if role not in STAFF:
        sentence = Sentence("Please choose a role from the list.")
        raise Invalid(sentence, role=sentence)


def _store_new(person: User, actor: User, transaction: Transaction) -> None:
    transaction.insert(person)
    transaction.record(
        StaffAdded(actor=actor_of(actor), person_id=person.id, role=person.role.value)
    )


def _store_change(
    person: User,
    change: dict[str, object],
    changed: list[str],
    actor: User,
    transaction: Transaction,
) -> User:
    if "role" in changed:
        _require_dispensable(person, transaction)
    _claim(person, change, transaction)
    if person.role is Role.DOCTOR:
        _rename_ahead(person, change, transaction)
    elif change["role"] is Role.DOCTOR:
        offer_again(person.id, transaction)
    transaction.record(
        StaffChanged(
            actor=actor_of(actor),
            person_id=person.id,
            role=str(change["role"]),
            previous_role=person.role.value,
            changed=tuple(changed),
        )
    )
    result: User = person.model_copy(update=change)
    return result


def _store_end(person: User, actor: User, transaction: Transaction) -> list[Appointment]:
    if not person.active:
        raise Conflict("This account is closed already.")
    if person.role is Role.ADMIN:
        _keep_an_admin(person, transaction)
    _claim(person, {"active": False, **NO_SESSIONS}, transaction)
    if person.role is Role.DOCTOR:
        offer_no_more(person.id, actor.id, transaction)
    transaction.record(
        StaffDeactivated(actor=actor_of(actor), person_id=person.id, role=person.role.value)
    )
    ahead = _appointments_ahead(person, transaction)
    return [one for one in ahead if one.status is AppointmentStatus.BOOKED]


def _store_return(person: User, actor: User, transaction: Transaction) -> User:
    if person.active:
        raise Conflict("This account is open already.")
    _claim(person, {"active": True}, transaction)
    offer_again(person.id, transaction)
    transaction.record(
        StaffReactivated(actor=actor_of(actor), person_id=person.id, role=person.role.value)
    )
    returned: User = person.model_copy(update={"active": True})
    return returned


def _claim(person: User, change: dict[str, object], transaction: Transaction) -> None:
    as_read = {"_id": person.id, "role": person.role.value, "active": person.active}
    what = {"$set": change, "$inc": {"revision": 1}}
    if not transaction.change_one(User, as_read, what):
        raise Conflict("Somebody else has just changed this account. Please look again.")


def _require_dispensable(person: User, transaction: Transaction) -> None:
    """Raise Conflict where a role cannot be given up as things stand."""
    if person.role is Role.ADMIN and person.active:
        _keep_an_admin(person, transaction)
    if person.role is Role.DOCTOR:
        if _appointments_ahead(person, transaction):
            raise Conflict("Patients still have appointments with this doctor. Move them first.")
        offer_no_more(person.id, person.id, transaction)


def _keep_an_admin(person: User, transaction: Transaction) -> None:
    """Raise Conflict if there is no other administrator.

    One who stays is written to: of two who let each other go at once, the database refuses one.
    """
    where = {"role": Role.ADMIN.value, "active": True}
    admins = transaction.find(User, where)
    for other in admins:
        if other.id != person.id and transaction.change_one(
            User, {"_id": other.id, **where}, {"$inc": {"revision": 1}}
        ):
            return
    raise Conflict("This is the last administrator: name another one first.")


def _appointments_ahead(person: User, transaction: Transaction) -> list[Appointment]:
    """Return what is not cancelled, also what is marked before its time: a mark can be undone."""
    not_cancelled = {"$in": [status.value for status in ACTIVE_APPOINTMENT]}
    ahead = {"doctor_id": person.id, "starts_at": spans.ahead(), "status": not_cancelled}
    return transaction.find(Appointment, ahead)


def _rename_ahead(person: User, change: dict[str, object], transaction: Transaction) -> None:
    ahead = {"doctor_id": person.id, "starts_at": spans.ahead()}
    names = {"doctor_name": change["name"], "specialty": change["specialty"]}
    for document in (Slot, Appointment):
        transaction.change_all(document, ahead, {"$set": names})
