"""Registering, and confirming the address by the link in the message."""

from datetime import time, timedelta

import pytest

from domain import clock, links
from domain.actions.accounts import add_person
from domain.actions.booking import book
from domain.actions.confirming import LINK_HOLDS, confirm
from domain.actions.contact import change_address
from domain.actions.erasing import ERASED_NAME, erase
from domain.actions.erasures import remove_traces
from domain.actions.recovery import ask_for_reset, reset_password
from domain.actions.registering import ask_again, register
from domain.actions.sessions import identify, open_session
from domain.actions.signing_in import Visitor, sign_in
from domain.documents import Appointment, EventRecord, Role, Slot, User
from domain.errors import Conflict, Invalid, NotFound, TooManyTries
from domain.events import EmailConfirmationRequested, PasswordResetRequested
from domain.queries.appointments import of_patient
from domain.queries.desk import desk_page
from domain.queries.desk_lines import DeskFilter
from tests.domain.commands import recorded_commands
from tests.domain.conftest import House, frozen, in_days, refused
from tests.support.people import member
from tests.support.racing import race

ADDRESS, PASSWORD, OTHER = "ada@example.org", "a long password", "quite another one"


def registered(house: House, password: str = PASSWORD, name: str = "Ada") -> User:
    person: User = house.run(register(email=ADDRESS, password=password, name=name))
    return person


def here(person: User) -> Visitor:
    """Return the browser with which somebody has registered."""
    return Visitor(origin="203.0.113.5", known=(person.id, "its mark"))


def asked(house: House) -> list[EmailConfirmationRequested]:
    return [one for one in house.events if isinstance(one, EmailConfirmationRequested)]


def link(house: House) -> str:
    event = asked(house)[-1]
    return links.confirm_token(event.person_id, event.nonce, event.email)


def brought_over(house: House, slot: Slot, name: str) -> Appointment:
    """Let the owner book under another name, and bring that into the account there was."""
    again = registered(house, name=name)
    appointment: Appointment = house.run(book(slot.id, again))
    house.run(confirm(link(house), reader=again, password=""))
    house.run(remove_traces(again.id))
    return appointment


def reset_asked(house: House) -> PasswordResetRequested:
    house.run(ask_for_reset(ADDRESS))
    [event] = [one for one in house.events if isinstance(one, PasswordResetRequested)]
    return event


@pytest.fixture
def owner(house: House) -> User:
    """Somebody who has had an account for long."""
    person: User = house.run(member(email=ADDRESS, password=OTHER, name="Ada Lovelace"))
    return person


def test_a_newcomer_books_at_once_and_signs_in_anywhere_after_confirming(
    house: House, slot: Slot
) -> None:
    ada = registered(house)
    assert ada.role is Role.PATIENT
    house.run(book(slot.id, ada))
    with pytest.raises(Invalid):
        house.run(sign_in(ADDRESS, PASSWORD))
    assert house.run(sign_in(ADDRESS, PASSWORD, here(ada)))[0].id == ada.id
    assert house.run(confirm(link(house), reader=ada, password="")).id == ada.id
    assert house.run(sign_in(ADDRESS, PASSWORD))[0].id == ada.id
    assert house.kinds()[-1] == "email.confirmed"


def test_the_link_alone_confirms_nothing(house: House) -> None:
    registered(house, password="known to a stranger")
    for reader in (None, house.person()):
        with pytest.raises(Invalid):
            house.run(confirm(link(house), reader=reader, password=PASSWORD))
    with pytest.raises(Invalid):
        house.run(sign_in(ADDRESS, "known to a stranger"))


def test_the_link_and_the_password_confirm_in_any_browser(house: House) -> None:
    ada = registered(house)
    assert house.run(confirm(link(house), reader=None, password=PASSWORD)).id == ada.id


def test_a_link_works_once_and_not_for_ever(house: House) -> None:
    ada = registered(house)
    with frozen(clock.now() + LINK_HOLDS), refused(house, NotFound):
        house.run(confirm(link(house), reader=ada, password=""))
    house.run(confirm(link(house), reader=ada, password=""))
    with refused(house, NotFound):
        house.run(confirm(link(house), reader=ada, password=""))


@pytest.mark.parametrize("made_up", ["", "x", "0" * 24, "0" * 67])
def test_a_made_up_link_confirms_nothing(house: House, made_up: str) -> None:
    ada = registered(house)
    for token in (made_up, f"{ada.id}{made_up}"):
        with refused(house, NotFound):
            house.run(confirm(token, reader=ada, password=""))


def test_another_link_ends_the_former_one(house: House) -> None:
    ada = registered(house)
    former = link(house)
    house.run(ask_again(ada))
    with refused(house, NotFound):
        house.run(confirm(former, reader=house.now(ada), password=""))
    house.run(confirm(link(house), reader=house.now(ada), password=""))
    with refused(house, Conflict):
        house.run(ask_again(house.now(ada)))


def test_whoever_registers_with_a_known_address_gets_an_account_of_their_own_alone(
    house: House, owner: User
) -> None:
    stranger = registered(house, name="Eve")
    assert stranger.id != owner.id
    assert [event.known for event in asked(house)] == [True]
    for visitor in (Visitor(), here(stranger)):
        assert house.run(sign_in(ADDRESS, OTHER, visitor))[0].id == owner.id
    with pytest.raises(Invalid):
        house.run(sign_in(ADDRESS, PASSWORD))


def test_the_owner_brings_what_was_booked_into_the_account_there_was(
    house: House, owner: User, doctor: User, slot: Slot
) -> None:
    house.run(book(house.slot(doctor, start=time(15)).id, owner))
    again = registered(house)
    appointment = house.run(book(slot.id, again))
    secret = house.run(open_session(again))
    assert house.run(confirm(link(house), reader=again, password="")).id == owner.id
    assert house.now(appointment).patient_id == owner.id
    assert len(house.run(of_patient(owner.id)).upcoming) == 2
    assert identify(again.id, secret) is None
    assert house.now(again).name == ERASED_NAME
    assert house.run(sign_in(ADDRESS, OTHER))[0].id == owner.id
    with pytest.raises(Invalid):
        house.run(sign_in(ADDRESS, PASSWORD, here(again)))


def test_what_is_brought_over_is_named_by_its_whole_shard_key(
    house: House, owner: User, slot: Slot
) -> None:
    again = registered(house)
    appointment = house.run(book(slot.id, again))
    with recorded_commands() as sent:
        house.run(confirm(link(house), reader=again, password=""))
    changes = [one for name, one in sent if name == "update" and one["update"] == "appointments"]
    [[change]] = [one["updates"] for one in changes]
    assert change["q"] == {"_id": appointment.id, "patient_id": again.id}
    assert not change["multi"]
    assert house.now(appointment).patient_id == owner.id


def test_what_is_brought_over_is_found_by_the_name_under_which_it_was_booked(
    house: House, owner: User, slot: Slot
) -> None:
    booked = brought_over(house, slot, "Countess Canary")
    for typed in ("canary", "ada@example"):
        several = DeskFilter(date=in_days(0), until=in_days(20), q=typed)
        assert [row.id for row in house.run(desk_page(several)).rows] == [booked.id], typed


def test_an_account_that_was_joined_is_erased_with_the_other(
    house: House, owner: User, slot: Slot
) -> None:
    appointment = brought_over(house, slot, "Countess Canary")
    with frozen(appointment.ends_at + timedelta(days=1)):
        house.run(erase(house.now(owner), actor=owner))
        house.run(remove_traces(owner.id))
    told = str([one.payload for one in house.run(EventRecord.find_all().to_list())])
    assert "Canary" not in told
    assert ADDRESS not in told


def test_two_appointments_at_one_time_do_not_come_together(
    house: House, owner: User, slot: Slot
) -> None:
    house.run(book(house.slot(house.person(Role.DOCTOR)).id, owner))
    again = registered(house)
    house.run(book(slot.id, again))
    with refused(house, Conflict):
        house.run(confirm(link(house), reader=again, password=""))


def test_an_address_of_staff_is_confirmed_by_nobody_else(house: House) -> None:
    house.run(add_person(role=Role.DOCTOR, email=ADDRESS, password=OTHER, name="Dr. Ada"))
    again = registered(house)
    with refused(house, Conflict):
        house.run(confirm(link(house), reader=again, password=""))


def test_of_two_newcomers_with_one_address_one_account_is_left(house: House) -> None:
    people = [registered(house) for _ in range(2)]
    tokens = [links.confirm_token(one.id, one.unconfirmed or "", one.email) for one in people]

    def confirmed(token: str) -> User:
        found: User = house.run(confirm(token, reader=None, password=PASSWORD))
        return found

    seen = race([lambda token=token: confirmed(token) for token in tokens])  # type: ignore[misc]
    assert len({one.id for one in seen}) == 1
    assert house.run(User.find({"email": ADDRESS}).count()) == 1


def test_a_new_password_by_mail_confirms_and_ends_what_a_stranger_has_begun(house: House) -> None:
    stranger = registered(house, password="known to a stranger")
    secret = house.run(open_session(stranger))
    token = links.reset_token(reset_asked(house).nonce)
    house.run(reset_password(token, OTHER))
    assert house.run(sign_in(ADDRESS, OTHER))[0].id == stranger.id
    assert identify(stranger.id, secret) is None


def test_a_new_password_is_for_the_account_there_was(house: House, owner: User) -> None:
    registered(house)
    assert reset_asked(house).person_id == owner.id


def test_the_desk_confirms_an_address_that_it_was_told(house: House, receptionist: User) -> None:
    ada = registered(house)
    house.run(change_address(ada.id, "other@example.org", receptionist))
    assert house.run(sign_in("other@example.org", PASSWORD))[0].id == ada.id


def test_no_mailbox_is_filled_by_those_who_register_with_its_address(house: House) -> None:
    people = [registered(house) for _ in range(7)]
    assert len(asked(house)) == 5
    with pytest.raises(TooManyTries):
        house.run(ask_again(people[0]))
