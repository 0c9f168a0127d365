"""People: registering, being entered, proving who one is."""

from typing import Any

import pytest

from domain import security
from domain.actions.accounts import add_person
from domain.actions.signing_in import sign_in
from domain.changing import change_one
from domain.documents import Role, User
from domain.errors import Invalid
from domain.security import Security
from tests.conftest import Run
from tests.domain.conftest import House, refused
from tests.support.people import member

PASSWORD = "correct horse"
NO_TEXTS = [None, {"$ne": None}, ["ada@example.org"], 5, b"ada@example.org", {"$gt": ""}]


@pytest.fixture
def ada(house: House) -> User:
    return registered(house, name="Ada Lovelace")


def registered(house: House, **changes: Any) -> User:
    wish = {"email": "ada@example.org", "password": PASSWORD, "name": "Ada", **changes}
    person: User = house.run(member(**wish))
    return person


def test_whoever_registers_is_a_patient_and_their_password_is_hashed(
    house: House, ada: User
) -> None:
    stored = house.now(ada)
    assert (stored.role, stored.active, stored.email) == (Role.PATIENT, True, "ada@example.org")
    assert stored.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in repr(stored)


@pytest.mark.parametrize(
    "typed",
    ["Ada@Example.ORG", " ada@example.org\n", "ADA@EXAMPLE.ORG"],
)
def test_an_address_is_one_however_it_is_typed(house: House, ada: User, typed: str) -> None:
    with refused(house, Invalid) as refusal:
        registered(house, email=typed)
    assert set(refusal.value.fields) == {"email"}
    assert house.run(sign_in(typed, PASSWORD))[0].id == ada.id


@pytest.mark.parametrize(
    ("registered_as", "typed"),
    [
        ("ada@ex\u00e4mple.org", "ada@xn--exmple-cua.org"),
        ("ada@xn--exmple-cua.org", "ADA@EX\u00c4MPLE.org"),
    ],
)
def test_an_address_signs_in_in_any_of_its_spellings(
    house: House, registered_as: str, typed: str
) -> None:
    person = registered(house, email=registered_as)
    assert house.run(sign_in(typed, PASSWORD))[0].id == person.id


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("email", value) for value in NO_TEXTS],
        *[("name", value) for value in NO_TEXTS],
        *[("phone", value) for value in NO_TEXTS],
        *[("password", value) for value in NO_TEXTS[1:]],
        *[
            ("email", value)
            for value in ("", "ada", "@", "a@b", "a b@example.org", "a@[127.0.0.1]")
        ],
        *[
            ("email", value)
            for value in ("a\x00@example.org", "\ud800@example.org", "a@\ud800.org")
        ],
        *[("email", value) for value in ("zo\u00eb@example.org", "zoe\u0308@example.org")],
        *[("email", value) for value in ("x" * 300 + "@example.org", "Ada <ada@example.org>")],
        *[("email", value) for value in ("a@example.org,b@example.org", "a@example.org\nBcc: b")],
        *[("name", value) for value in ("", " ", "\u200b", "x" * 121, "a\x00b", "\ud800")],
        *[("phone", value) for value in ("1" * 41, "\x07")],
        *[("password", value) for value in ("", "x" * 7, "x" * 257, "\ud800" * 8)],
    ],
)
def test_what_is_wrong_is_named(house: House, field: str, value: object) -> None:
    with refused(house, Invalid) as refusal:
        registered(house, **{field: value})
    assert set(refusal.value.fields) == {field}
    assert all(sentence.endswith(".") for sentence in refusal.value.fields.values())


def test_all_that_is_wrong_is_named_at_once(house: House) -> None:
    with refused(house, Invalid) as refusal:
        registered(house, email="ada", name="", password="short", phone="1" * 41)
    assert set(refusal.value.fields) == {"email", "name", "password", "phone"}


@pytest.mark.parametrize("password", ["password1", "12345678", "Qwertyuiop", " superman "])
def test_a_password_that_many_people_use_is_refused(house: House, password: str) -> None:
    with refused(house, Invalid) as refusal:
        registered(house, password=password)
    assert refusal.value.fields["password"].startswith("Many people use this password")


@pytest.mark.parametrize(
    "password", ["Bookwell2026!", "clinic-Clinic", "patient 1 2 3", "adalovelace", "ADA.1815.ada"]
)
def test_a_password_of_names_that_others_know_is_refused(house: House, password: str) -> None:
    with refused(house, Invalid) as refusal:
        registered(house, name="Ada Lovelace", email="ada.l@example.org", password=password)
    assert refusal.value.fields["password"].startswith("This is made of names")


@pytest.mark.parametrize(
    "password", ["x" * 8, "x" * 256, "p\u00e4ssw\u00f6rd \U0001f9d1", " " * 8, "\x00" * 8]
)
def test_a_password_may_be_any_text(house: House, password: str) -> None:
    person = registered(house, password=password)
    assert house.run(sign_in(person.email, password))[0].id == person.id


def test_an_address_that_an_older_version_took_still_signs_in(house: House, ada: User) -> None:
    house.run(change_one(User, {"_id": ada.id}, {"$set": {"email": "zo\u00eb@example.org"}}))
    for typed in ("zo\u00eb@example.org", "zoe\u0308@example.org"):
        assert house.run(sign_in(typed, PASSWORD))[0].id == ada.id


def test_staff_are_entered_with_their_role(house: House) -> None:
    doctor = house.run(
        add_person(
            role=Role.DOCTOR,
            email="doc@example.org",
            password=PASSWORD,
            name="Dr. Who",
            specialty=" General\npractice ",
        )
    )
    assert (house.now(doctor).role, house.now(doctor).specialty) == ("doctor", "General practice")


def test_unknown_wrong_and_closed_are_refused_alike(house: House, ada: User) -> None:
    entered = house.person()
    closed = registered(house, email="closed@example.org")
    house.run(change_one(User, {"_id": closed.id}, {"$set": {"active": False}}))
    tries: list[tuple[Any, Any]] = [
        ("nobody@example.org", PASSWORD),
        (ada.email, "wrong horse"),
        (ada.email, ""),
        (ada.email, PASSWORD + " "),
        (ada.email, PASSWORD.upper()),
        (closed.email, PASSWORD),
        (entered.email, ""),
        (entered.email, PASSWORD),
        ("", ""),
        ("\ud800", PASSWORD),
        (ada.email, "\ud800"),
        ("x" * 10**6, PASSWORD),
        (ada.email, "x" * 10**6),
        *[(no_text, PASSWORD) for no_text in NO_TEXTS],
        *[(ada.email, no_text) for no_text in NO_TEXTS],
    ]
    sentences = set()
    security.configure(Security(account_tries=len(tries)))
    for email, password in tries:
        with refused(house, Invalid) as refusal:
            house.run(sign_in(email, password))
        sentences.add((str(refusal.value), tuple(refusal.value.fields)))
    assert sentences == {("The e-mail address or the password is not right.", ())}


def test_a_password_is_compared_as_a_whole(house: House) -> None:
    longest = "x" * 256
    person = registered(house, password=longest)
    with refused(house, Invalid):
        house.run(sign_in(person.email, longest + "x"))


def test_an_account_of_the_desk_has_no_password_to_guess(run: Run, patient: User) -> None:
    assert run(User.get(patient.id)).password_hash is None
