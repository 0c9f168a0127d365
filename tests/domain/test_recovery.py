"""A new password for whoever reads the mail of an account, and for nobody else."""

import json
from datetime import timedelta
from typing import Any

import pytest

from domain import clock, links
from domain.actions.contact import change_address
from domain.actions.recovery import LINK_HOLDS, ask_for_reset, reset_password, reset_shown
from domain.actions.sessions import identify
from domain.actions.signing_in import Visitor, sign_in
from domain.changing import change_one
from domain.documents import EventRecord, PasswordReset, User
from domain.errors import Invalid, NotFound, TooManyTries
from domain.events import PasswordResetRequested
from tests.domain.commands import recorded_commands
from tests.domain.conftest import House, frozen, refused
from tests.support.people import member
from tests.support.racing import kinds, race

ADDRESS, OLD, NEW = "ada@example.org", "correct horse", "battery staple"
THIEF = Visitor(origin="198.51.100.7")


@pytest.fixture
def ada(house: House) -> User:
    person: User = house.run(member(email=ADDRESS, password=OLD, name="Ada"))
    return person


def asked(house: House, email: str = ADDRESS) -> str:
    """Ask for a link and return its token, as the mail says it."""
    house.run(ask_for_reset(email))
    event = house.events[-1]
    assert isinstance(event, PasswordResetRequested)
    return links.reset_token(event.nonce)


def fits(house: House, password: str) -> bool:
    try:
        house.run(sign_in(ADDRESS, password))
    except Invalid:
        return False
    return True


def test_a_link_sets_a_new_password(house: House, ada: User) -> None:
    house.run(reset_password(asked(house), NEW))
    assert (fits(house, OLD), fits(house, NEW)) == (False, True)
    assert house.kinds()[-1] == "password.changed"


def test_a_link_works_once(house: House, ada: User) -> None:
    token = asked(house)
    house.run(reset_password(token, NEW))
    with refused(house, NotFound):
        house.run(reset_password(token, "another one"))
    with refused(house, NotFound):
        house.run(reset_shown(token))


def test_of_many_at_once_one_sets_the_password(house: House, ada: User) -> None:
    token = asked(house)
    results = race([lambda: house.run(reset_password(token, NEW))] * 5)
    assert kinds(results) == {"NoneType": 1, "NotFound": 4}


def test_a_link_holds_for_less_than_an_hour(house: House, ada: User) -> None:
    now = clock.now()
    with frozen(now):
        token = asked(house)
    assert timedelta(minutes=10) < LINK_HOLDS <= timedelta(hours=1)
    with frozen(now + LINK_HOLDS - clock.RESOLUTION):
        house.run(reset_shown(token))
    with frozen(now + LINK_HOLDS), refused(house, NotFound):
        house.run(reset_password(token, NEW))


def test_one_password_ends_the_other_links(house: House, ada: User) -> None:
    first, second = asked(house), asked(house)
    house.run(reset_password(first, NEW))
    with refused(house, NotFound):
        house.run(reset_password(second, "another one"))


def test_asking_again_spoils_no_earlier_link(house: House, ada: User) -> None:
    first = asked(house)
    for _ in range(20):
        house.run(ask_for_reset(ADDRESS))
    house.run(reset_password(first, NEW))
    assert fits(house, NEW)


def test_a_new_password_ends_all_sessions(house: House, ada: User) -> None:
    _, secret = house.run(sign_in(ADDRESS, OLD))
    house.run(reset_password(asked(house), NEW))
    assert identify(ada.id, secret) is None


def test_an_unfit_password_changes_nothing_and_keeps_the_link(house: House, ada: User) -> None:
    token = asked(house)
    for unfit in ("short", "password1"):
        with refused(house, Invalid) as refusal:
            house.run(reset_password(token, unfit))
        assert set(refusal.value.fields) == {"password"}
    house.run(reset_password(token, NEW))


def test_guessers_do_not_keep_the_owner_from_a_new_password(house: House, ada: User) -> None:
    for _ in range(100):
        with pytest.raises((Invalid, TooManyTries)):
            house.run(sign_in(ADDRESS, "guess", THIEF))
    house.run(reset_password(asked(house), NEW))
    assert fits(house, NEW)


def test_nothing_in_the_database_opens_the_link(house: House, ada: User) -> None:
    token = asked(house)
    stored = json.dumps(house.everything(), default=str)
    events = house.run(EventRecord.find({}).to_list())
    assert token not in stored + repr(events)
    assert len(token) * 6 >= 128
    assert house.run(PasswordReset.get(links.digest_of(token))) is not None


@pytest.mark.parametrize("token", ["", "x", "\ud800", "é" * 43, "0" * 64, "../x", "x" * 5000])
def test_a_made_up_link_leads_nowhere(house: House, ada: User, token: str) -> None:
    asked(house)
    with refused(house, NotFound):
        house.run(reset_password(token, NEW))


def test_for_whom_there_is_no_account_the_same_is_done(house: House, ada: User) -> None:
    closed = house.run(member(email="closed@example.org", password=OLD, name="C"))
    house.run(change_one(User, {"_id": closed.id}, {"$set": {"active": False}}))
    did = {}
    for email in (ADDRESS, "nobody@example.org", "closed@example.org", "no address"):
        with recorded_commands() as sent:
            assert house.run(ask_for_reset(email)) is None
        did[email] = [(name, _collection(name, command)) for name, command in sent]
    assert all(done == did[ADDRESS] for done in did.values())
    assert [event.kind for event in house.events].count("password.reset_requested") == 1


def _collection(name: str, command: dict[str, Any]) -> Any:
    return command.get(name)


def test_a_person_whom_the_desk_entered_gets_a_password_this_way(house: House) -> None:
    patient = house.person()
    token = asked(house, patient.email)
    house.run(reset_password(token, NEW))
    assert house.run(sign_in(patient.email, NEW))[0].id == patient.id


def test_another_address_makes_links_to_the_former_one_void(
    house: House, ada: User, receptionist: User
) -> None:
    token = asked(house)
    house.run(change_address(ada.id, "ada.new@example.org", receptionist))
    with refused(house, NotFound):
        house.run(reset_password(token, NEW))


def test_of_one_account_only_a_few_links_are_written(house: House, ada: User) -> None:
    for _ in range(30):
        house.run(ask_for_reset(ADDRESS))
    assert house.kinds().count("password.reset_requested") == 5


def test_one_network_address_asks_for_so_many(house: House) -> None:
    for number in range(50):
        house.run(ask_for_reset(f"x{number}@example.org", origin=THIEF.origin))
    with refused(house, TooManyTries):
        house.run(ask_for_reset("x50@example.org", origin=THIEF.origin))
    assert house.kinds() == ["password.reset_unknown"] * 50


def test_while_strangers_ask_without_end_the_owner_always_has_a_link_that_holds(
    house: House, ada: User
) -> None:
    start, tokens = clock.now(), []
    for minute in range(180):
        with frozen(start + timedelta(minutes=minute)):
            house.run(ask_for_reset(ADDRESS))
            event = house.events[-1]
            if isinstance(event, PasswordResetRequested):
                tokens.append(links.reset_token(event.nonce))
            house.run(reset_shown(tokens[-1]))
    assert len(tokens) <= 20
