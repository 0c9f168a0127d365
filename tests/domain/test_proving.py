"""Who knew a former password gets nothing done with it once its owner has set another."""

from collections.abc import Callable, Coroutine
from functools import partial
from types import ModuleType
from typing import Any

import pyotp
import pytest

from domain import clock, links
from domain.actions import erasing, own_account, recovery, second_factor
from domain.actions.contact import change_address
from domain.actions.erasing import erase, erase_oneself
from domain.actions.own_account import change_password
from domain.actions.profile import prefer
from domain.actions.recovery import ask_for_reset, reset_password
from domain.actions.second_factor import add_second_factor, remove_second_factor
from domain.actions.signing_in import sign_in
from domain.documents import User
from domain.errors import Conflict, NotFound
from domain.events import PasswordResetRequested
from domain.totp import new_secret
from tests.domain.conftest import House
from tests.domain.meanwhile import meanwhile
from tests.support.people import member

ADDRESS, KNOWN, OWN = "ada@example.org", "three green kettles", "an entirely new one"
Attempt = Callable[[User], Coroutine[Any, Any, Any]]


@pytest.fixture
def ada(house: House) -> User:
    person: User = house.run(member(email=ADDRESS, password=KNOWN, name="Ada"))
    return person


def link(house: House) -> str:
    """Ask for a link to a new password, and return its token."""
    house.run(ask_for_reset(ADDRESS))
    [event] = house.recorded("password.reset_requested")
    assert isinstance(event, PasswordResetRequested)
    return links.reset_token(event.nonce)


def added(person: User) -> Coroutine[Any, Any, Any]:
    secret = new_secret()
    code = pyotp.TOTP(secret).at(clock.now())
    return add_second_factor(person, secret=secret, code=code, password=KNOWN)


ATTEMPTS: dict[str, tuple[ModuleType, Attempt]] = {
    "another password": (own_account, lambda one: change_password(one, KNOWN, "the thief has it")),
    "a second factor": (second_factor, added),
    "no account": (erasing, lambda one: erase_oneself(one, KNOWN)),
}


@pytest.mark.parametrize(("action", "attempt"), ATTEMPTS.values(), ids=list(ATTEMPTS))
def test_a_thief_at_work_while_the_owner_sets_another_password_is_refused(
    house: House,
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
    action: ModuleType,
    attempt: Attempt,
) -> None:
    token = link(house)
    meanwhile(monkeypatch, action, partial(reset_password, token, OWN))
    with pytest.raises(Conflict):
        house.run(attempt(ada))
    owner, _ = house.run(sign_in(ADDRESS, OWN))
    assert (owner.id, owner.second_factor, len(owner.sessions)) == (ada.id, None, 0)
    assert house.kinds()[1:] == ["password.changed"]


def test_nor_does_the_thief_remove_the_second_factor(
    house: House, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.run(added(ada))
    token = link(house)
    meanwhile(monkeypatch, second_factor, partial(reset_password, token, OWN))
    with pytest.raises(Conflict):
        house.run(remove_second_factor(house.now(ada), password=KNOWN))
    assert house.now(ada).second_factor is not None


def test_a_link_to_an_address_that_is_corrected_meanwhile_sets_no_password(
    house: House, ada: User, receptionist: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, correct = link(house), partial(change_address, ada.id, "right@example.org", receptionist)
    meanwhile(monkeypatch, recovery, correct)
    with pytest.raises(NotFound):
        house.run(reset_password(token, "the thief has it"))
    assert house.run(sign_in("right@example.org", KNOWN))[0].id == ada.id


@pytest.mark.parametrize("action", [own_account, recovery], ids=["change", "reset"])
def test_who_is_erased_meanwhile_gets_no_password(
    house: House, ada: User, monkeypatch: pytest.MonkeyPatch, action: ModuleType
) -> None:
    token = link(house)
    wanted = {
        own_account: lambda: change_password(ada, KNOWN, OWN),
        recovery: lambda: reset_password(token, OWN),
    }
    meanwhile(monkeypatch, action, partial(erase, ada, actor=ada))
    with pytest.raises((Conflict, NotFound)):
        house.run(wanted[action]())
    assert house.now(ada).password_hash is None
    house.run(prefer(ada, timezone="Europe/Paris", language="fr"))
    assert (house.now(ada).timezone, house.now(ada).language) == (None, None)
