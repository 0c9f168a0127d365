"""Where a patient is written to."""

from datetime import time, timedelta

import pytest
import time_machine

from domain import clock
from domain.actions import contact
from domain.actions.booking import book
from domain.actions.contact import change_address
from domain.actions.own_account import introduce
from domain.documents import Role, User
from domain.errors import Conflict, Forbidden, Invalid, NotFound
from domain.events import PatientAddressChanged
from domain.ids import new_id
from domain.queries.desk import desk_page
from domain.queries.desk_lines import DeskFilter
from domain.queries.patients import find_patients
from tests.conftest import Run
from tests.domain.conftest import House, in_days, refused


def test_the_new_address_stands_everywhere_that_still_matters(
    house: House, run: Run, doctor: User, patient: User, receptionist: User
) -> None:
    ahead = run(book(house.slot(doctor).id, patient))
    changed = run(change_address(patient.id, "  Grace@Example.org ", receptionist))
    assert changed.email == house.now(patient).email == "grace@example.org"
    assert house.now(ahead).patient_email == "grace@example.org"
    assert [one.id for one in run(find_patients("grace@")).rows] == [patient.id]
    listed = run(desk_page(DeskFilter(date=in_days(7), until=in_days(7), q="grace@example.org")))
    assert [one.id for one in listed.rows] == [ahead.id]


def test_the_change_is_told_and_who_made_it(
    house: House, run: Run, patient: User, receptionist: User
) -> None:
    run(change_address(patient.id, "grace@example.org", receptionist))
    [event] = house.recorded("patient.address_changed")
    assert isinstance(event, PatientAddressChanged)
    assert event.subject_id == patient.id
    assert (event.previous_email, event.email) == (patient.email, "grace@example.org")
    assert event.actor.id == receptionist.id
    assert house.kinds()[-1] == "patient.address_changed"


def test_what_is_over_keeps_the_address_of_its_time(
    house: House, run: Run, doctor: User, patient: User, receptionist: User
) -> None:
    over = run(book(house.slot(doctor, start=time(9)).id, patient))
    with time_machine.travel(clock.now() + timedelta(days=9), tick=False):
        run(change_address(patient.id, "grace@example.org", receptionist))
    assert house.now(over).patient_email == patient.email


def test_the_new_address_stands_at_what_is_under_way(
    house: House, run: Run, doctor: User, patient: User, receptionist: User
) -> None:
    under_way = run(book(house.slot(doctor, start=time(9), minutes=180).id, patient))
    with time_machine.travel(under_way.starts_at + timedelta(minutes=10), tick=False):
        run(change_address(patient.id, "grace@example.org", receptionist))
    assert house.now(under_way).patient_email == "grace@example.org"


def test_a_name_that_changes_in_the_same_moment_stays_the_one_that_is_found(
    house: House, run: Run, patient: User, receptionist: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def read_before(_: object) -> User:
        await introduce(patient, name="Grace Hopper", phone="")
        return patient

    monkeypatch.setattr(contact, "patient_by_id", read_before)
    with pytest.raises(Conflict):
        run(change_address(patient.id, "grace@example.org", receptionist))
    assert [one.name for one in run(find_patients("hopper")).rows] == ["Grace Hopper"]


def test_the_present_address_changes_nothing(
    house: House, run: Run, patient: User, receptionist: User
) -> None:
    before = house.everything()
    assert run(change_address(patient.id, patient.email.upper(), receptionist)).id == patient.id
    assert house.everything() == before


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b\r\nBcc: x@example.org", "x" * 300 + "@a.de"]
)
def test_what_is_no_address_is_refused_beside_its_field(
    house: House, run: Run, patient: User, receptionist: User, address: str
) -> None:
    with refused(house, Invalid) as refusal:
        run(change_address(patient.id, address, receptionist))
    assert set(refusal.value.fields) == {"email"}


def test_another_account_keeps_its_address(
    house: House, run: Run, patient: User, receptionist: User
) -> None:
    other = house.person()
    with refused(house, Invalid) as refusal:
        run(change_address(patient.id, other.email, receptionist))
    assert set(refusal.value.fields) == {"email"}


def test_only_the_desk_changes_a_patients_address_and_only_a_patients(
    house: House, run: Run, doctor: User, patient: User, receptionist: User
) -> None:
    for actor in (patient, doctor):
        with refused(house, Forbidden):
            run(change_address(patient.id, "grace@example.org", actor))
    for stranger in (new_id(), doctor.id, house.person(Role.ADMIN).id):
        with refused(house, NotFound):
            run(change_address(stranger, "grace@example.org", receptionist))
