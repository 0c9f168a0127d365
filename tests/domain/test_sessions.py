"""Sessions: who is asking, and every way in which that ends."""

from datetime import timedelta

import pytest

from domain import clock, security
from domain.actions.own_account import change_password
from domain.actions.sessions import (
    alive,
    end_session,
    identify,
    open_session,
    sign_out,
    sign_out_everywhere,
)
from domain.actions.signing_in import Visitor, sign_in
from domain.changing import change_one
from domain.documents import Role, User
from domain.errors import Invalid, NotFound
from domain.ids import new_id
from domain.security import Security
from tests.domain.commands import recorded_commands
from tests.domain.conftest import House, frozen, refused
from tests.support.people import member

PASSWORD = "correct horse"


@pytest.fixture
def ada(house: House) -> User:
    person: User = house.run(
        member(email="ada@example.org", password=PASSWORD, name="Ada Lovelace")
    )
    return person


def signed_in(house: House, device: str = "") -> str:
    return str(house.run(sign_in("ada@example.org", PASSWORD, Visitor(device=device)))[1])


def test_a_session_tells_who_is_asking(house: House, ada: User) -> None:
    secret = signed_in(house)
    assert identify(ada.id, secret).name == "Ada Lovelace"
    for someone, typed in ((ada.id, "other"), (ada.id, ""), (new_id(), secret)):
        assert identify(someone, typed) is None


def test_the_secret_itself_is_not_stored(house: House, ada: User) -> None:
    secret = signed_in(house)
    assert secret not in repr(house.now(ada))
    assert secret != signed_in(house)


def test_a_session_ends_when_it_is_signed_out_and_others_do_not(house: House, ada: User) -> None:
    first, second = signed_in(house), signed_in(house)
    for _ in range(2):
        house.run(sign_out(ada.id, first))
        assert identify(ada.id, first) is None
        assert identify(ada.id, second) is not None


def test_a_session_ends_when_nobody_uses_it(house: House, ada: User) -> None:
    now, idle = clock.now(), security.current().session_idle
    with frozen(now):
        used, idled = signed_in(house), signed_in(house)
    with frozen(now + idle / 2):
        assert identify(ada.id, used) is not None
    with frozen(now + idle):
        assert identify(ada.id, used) is not None
        assert identify(ada.id, idled) is None
        assert [entry.device for entry in alive(house.now(ada))] == [""]


def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(house: House, ada: User) -> None:
    now, idle = clock.now(), security.current().session_idle
    with frozen(now):
        secret = signed_in(house)
    with frozen(now + idle / 2):
        assert identify(ada.id, secret, attended=False) is not None
    with frozen(now + idle):
        assert identify(ada.id, secret) is None


def test_a_session_ends_however_much_it_is_used(house: House, ada: User) -> None:
    security.configure(Security(session_idle=timedelta(hours=6)))
    now = clock.now()
    with frozen(now):
        secret = signed_in(house)
    for hours in range(5, 14 * 24, 5):
        with frozen(now + timedelta(hours=hours)):
            assert identify(ada.id, secret) is not None
    with frozen(now + timedelta(days=14)):
        assert identify(ada.id, secret) is None


def test_being_seen_is_noted_now_and_then_and_not_at_each_request(house: House, ada: User) -> None:
    now = clock.now()
    with frozen(now):
        secret = signed_in(house)
    for minutes, noted in ((4, now), (5, now + timedelta(minutes=5))):
        with frozen(now + timedelta(minutes=minutes)), recorded_commands() as sent:
            identify(ada.id, secret)
        assert house.now(ada).sessions[0].seen_at == noted
        assert [name for name, _ in sent] == ["find"] + ["update"] * (noted > now)


def test_who_is_asking_takes_one_read(house: House, ada: User) -> None:
    secret = signed_in(house)
    with recorded_commands() as sent:
        identify(ada.id, secret)
    assert [name for name, _ in sent] == ["find"]


def test_one_ends_a_session_by_the_name_that_the_list_gives_it(house: House, ada: User) -> None:
    kept, other = signed_in(house), signed_in(house, device="Firefox, Linux")
    [named] = [entry for entry in alive(house.now(ada)) if entry.device]
    assert named.handle not in (other, named.digest, named.digest[:24])
    house.run(end_session(house.now(ada), named.handle))
    assert identify(ada.id, other) is None
    assert identify(ada.id, kept) is not None


def test_nobody_ends_a_session_of_somebody_else(house: House, ada: User, patient: User) -> None:
    secret = signed_in(house)
    [entry] = alive(house.now(ada))
    for someone, handle in ((patient, entry.handle), (ada, ""), (ada, "\u00e9")):
        with refused(house, NotFound):
            house.run(end_session(house.now(someone), handle))
    assert identify(ada.id, secret) is not None


def test_all_sessions_end_at_once(house: House, ada: User) -> None:
    secrets = [signed_in(house) for _ in range(3)]
    house.run(sign_out_everywhere(ada.id))
    assert [identify(ada.id, secret) for secret in secrets] == [None] * 3


def test_a_session_ends_with_the_account(house: House, ada: User) -> None:
    secret = signed_in(house)
    house.run(change_one(User, {"_id": ada.id}, {"$set": {"active": False}}))
    assert identify(ada.id, secret) is None


def test_a_session_shows_the_role_of_now(house: House, ada: User) -> None:
    secret = signed_in(house)
    house.run(change_one(User, {"_id": ada.id}, {"$set": {"role": "receptionist"}}))
    assert identify(ada.id, secret).role is Role.RECEPTIONIST


def test_the_twenty_newest_sessions_hold(house: House, ada: User) -> None:
    now = clock.now()
    secrets = []
    for number in range(21):
        with frozen(now + timedelta(seconds=number)):
            secrets.append(signed_in(house))
    alive = [identify(ada.id, secret) is not None for secret in secrets]
    assert alive == [False] + [True] * 20
    assert len(house.now(ada).sessions) == 20


def test_who_proved_a_password_that_was_changed_meanwhile_is_not_let_in(
    house: House, ada: User
) -> None:
    house.run(change_password(ada, PASSWORD, "an entirely new one"))
    with refused(house, Invalid):
        house.run(open_session(ada))


def test_a_closed_account_is_not_let_in(house: House, ada: User) -> None:
    house.run(change_one(User, {"_id": ada.id}, {"$set": {"active": False}}))
    with refused(house, Invalid):
        house.run(open_session(ada))
