"""Those who guess are slowed down, and whose account it is, is not."""

from datetime import timedelta

import pytest

from domain import clock, security, throttle
from domain.actions.registering import register
from domain.actions.sessions import identify
from domain.actions.signing_in import Visitor, sign_in
from domain.documents import Tries, User
from domain.errors import Invalid, TooManyTries
from domain.security import Security
from tests.domain.conftest import House, frozen
from tests.support.people import member
from tests.support.racing import kinds, race, rounds

ADDRESS, PASSWORD, WRONG = "ada@example.org", "correct horse", "wrong horse"
THIEF, HOME = Visitor(origin="198.51.100.7"), Visitor(origin="203.0.113.5")


@pytest.fixture
def ada(house: House) -> User:
    person: User = house.run(member(email=ADDRESS, password=PASSWORD, name="Ada"))
    return person


def tried(house: House, password: str = WRONG, visitor: Visitor = THIEF) -> str:
    """Return what comes of a try: "in", "wrong" or "wait"."""
    try:
        house.run(sign_in(ADDRESS, password, visitor))
    except Invalid:
        return "wrong"
    except TooManyTries:
        return "wait"
    return "in"


def test_of_a_hundred_wrong_passwords_five_are_looked_at(house: House, ada: User) -> None:
    found = [tried(house) for _ in range(100)]
    print({outcome: found.count(outcome) for outcome in ("wrong", "wait", "in")})
    assert found == ["wrong"] * 5 + ["wait"] * 95


def test_who_waits_at_two_places_waits_for_the_longer_of_them(house: House) -> None:
    short, long = throttle.at_account("a", "short"), throttle.at_account("a", "long")
    now = clock.now()
    for mark, seconds in ((short, 60), (long, 600)):
        until = now + timedelta(seconds=seconds)
        house.run(Tries(id=mark.id, number=9, blocked_until=until, forget_at=until).insert())
    with pytest.raises(TooManyTries) as refusal:
        house.run(throttle.require_patience(short, long))
    assert refusal.value.wait > timedelta(seconds=500)


def test_while_one_waits_the_right_password_is_not_looked_at_either(
    house: House, ada: User
) -> None:
    for _ in range(5):
        tried(house)
    assert tried(house, PASSWORD) == "wait"


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(house: House, ada: User) -> None:
    now, waits = clock.now(), []
    with frozen(now) as moment:
        for _ in range(12):
            while tried(house) == "wrong":
                pass
            with pytest.raises(TooManyTries) as refusal:
                house.run(sign_in(ADDRESS, WRONG, THIEF))
            waits.append(refusal.value.wait)
            moment.shift(refusal.value.wait)
    assert waits[:6] == [timedelta(seconds=30 * 2**power) for power in range(5)] + [
        timedelta(minutes=15)
    ]
    assert set(waits[5:]) == {timedelta(minutes=15)}


def test_who_waited_gets_in_and_starts_over(house: House, ada: User) -> None:
    now = clock.now()
    with frozen(now):
        for _ in range(5):
            tried(house)
    with frozen(now + timedelta(seconds=30)):
        assert tried(house, PASSWORD) == "in"
        assert [tried(house) for _ in range(6)] == ["wrong"] * 5 + ["wait"]


def test_what_was_tried_an_hour_ago_no_longer_counts(house: House, ada: User) -> None:
    now = clock.now()
    with frozen(now):
        assert [tried(house) for _ in range(4)] == ["wrong"] * 4
    with frozen(now + timedelta(hours=1)):
        assert [tried(house) for _ in range(6)] == ["wrong"] * 5 + ["wait"]


def test_a_browser_that_was_signed_in_before_does_not_wait_for_strangers(
    house: House, ada: User, patient: User
) -> None:
    while tried(house) == "wrong":
        pass
    at_home = Visitor(origin=THIEF.origin, known=(ada.id, "mark of this browser"))
    assert tried(house, PASSWORD, at_home) == "in"
    assert tried(house, PASSWORD) == "wait"
    of_another = Visitor(origin=HOME.origin, known=(patient.id, "mark"))
    assert tried(house, PASSWORD, of_another) == "wait"


def test_a_known_browser_may_not_guess_without_end(house: House, ada: User) -> None:
    at_home = Visitor(origin=HOME.origin, known=(ada.id, "mark"))
    assert [tried(house, WRONG, at_home) for _ in range(7)] == ["wrong"] * 5 + ["wait"] * 2


def test_one_password_for_a_thousand_accounts_is_looked_at_fifty_times(house: House) -> None:
    found = []
    for number in range(1000):
        try:
            house.run(sign_in(f"somebody{number}@example.org", "Winter2026!", THIEF))
        except (Invalid, TooManyTries) as refusal:
            found.append(type(refusal).__name__)
    print({name: found.count(name) for name in set(found)})
    assert found == ["Invalid"] * 50 + ["TooManyTries"] * 950


def test_other_addresses_do_not_wait(house: House, ada: User) -> None:
    security.configure(Security(address_tries=3, account_tries=100))
    assert [tried(house) for _ in range(4)] == ["wrong"] * 3 + ["wait"]
    assert tried(house, WRONG, HOME) == "wrong"


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1", "2001:db8:0:0:ffff::1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:203.0.113.5", "203.0.113.5", True),
        ("203.0.113.5", "203.0.113.6", False),
        ("unknown", "unknown", True),
    ],
)
def test_one_household_counts_as_one_address(first: str, second: str, same: bool) -> None:
    marks = [throttle.from_address("sign-in", origin).id for origin in (first, second)]
    assert (marks[0] == marks[1]) is same
    assert first not in marks[0]


def test_tries_of_several_processes_add_up(house: House) -> None:
    mark = throttle.at_account("sign-in", ADDRESS)
    many = rounds(64, 16)
    race([lambda: house.run(throttle.count(mark))] * many)
    assert house.run(Tries.get(mark.id)).number == many


def test_many_right_passwords_at_once_all_get_in(house: House, ada: User) -> None:
    assert kinds(race([lambda: tried(house, PASSWORD)] * 12)) == {"str": 12}
    assert tried(house, PASSWORD) == "in"


def test_too_many_accounts_from_one_address_are_refused(house: House) -> None:
    security.configure(Security(address_accounts=3))

    def asked(number: int) -> None:
        wish = {"email": f"new{number}@example.org", "password": PASSWORD, "name": "New"}
        house.run(register(**wish, origin=THIEF.origin))

    for number in range(3):
        asked(number)
    with pytest.raises(TooManyTries):
        asked(3)
    assert house.run(User.count()) == 3


def test_signing_in_writes_only_the_session(house: House, ada: User) -> None:
    person, secret = house.run(sign_in(ADDRESS, PASSWORD, HOME))
    assert identify(person.id, secret) is not None
    assert house.run(Tries.count()) == 0
