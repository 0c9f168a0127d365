"""References that people read out on the telephone."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actions import booking
from domain.actions.booking import book
from domain.documents import Appointment, Slot, User
from domain.references import new_reference, read_reference
from tests.domain.conftest import House, refused


def test_a_reference_has_no_sign_that_is_easily_confused() -> None:
    for _ in range(1000):
        assert re.fullmatch(r"[2-9A-HJKMNP-RT-Z]{3}-[2-9A-HJKMNP-RT-Z]{3}", new_reference())


def test_references_hardly_ever_meet() -> None:
    assert len({new_reference() for _ in range(1000)}) == 1000


@given(st.builds(new_reference), st.sampled_from(["-", " ", ""]), st.booleans())
def test_a_reference_is_read_however_it_is_typed(reference: str, between: str, lower: bool) -> None:
    typed = reference.replace("-", between)
    assert read_reference(f"  {typed.lower() if lower else typed}\n") == reference


@pytest.mark.parametrize(
    "text", ["", "K7Q", "K7Q-4M", "K7Q-4MDX", "K7Q--4MD", "IOL-015", "K7Q_4MD"]
)
def test_what_is_no_reference_is_not_read_as_one(text: str) -> None:
    assert read_reference(text) is None


@given(st.text())
def test_any_text_may_be_read(text: str) -> None:
    assert read_reference(text) is None or len(text.strip()) <= 7


def test_a_reference_in_use_is_not_given_again(
    house: House, doctor: User, slot: Slot, patient: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_out = iter(["AAA-AAA", "AAA-AAA", "AAA-AAA", "BBB-BBB"])
    monkeypatch.setattr(booking, "new_reference", lambda: next(given_out))
    other = house.slot(house.person(doctor.role))
    house.run(book(slot.id, patient))
    house.events.clear()
    second = house.run(book(other.id, house.person()))
    assert second.reference == "BBB-BBB"
    [event] = house.events
    assert house.recorded("appointment.created")[-1] == event
    assert event.appointment.reference == house.now(second).reference == "BBB-BBB"


def test_a_clinic_without_references_left_books_nothing(
    house: House, slot: Slot, patient: User, doctor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(booking, "new_reference", lambda: "AAA-AAA")
    house.run(book(slot.id, patient))
    other = house.slot(house.person(doctor.role))
    later = house.person()
    with refused(house, RuntimeError):
        house.run(book(other.id, later))
    assert house.run(Appointment.count()) == 1
