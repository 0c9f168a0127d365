"""Withdrawing a series as one."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.actions.attendance import mark
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.offering import offer_series
from domain.actions.withdrawing_series import SeriesWithdrawal, withdraw_series
from domain.documents import (
    Appointment,
    AppointmentStatus,
    EventRecord,
    Role,
    Slot,
    SlotStatus,
    User,
)
from domain.errors import AlreadyEnded, DomainError, Invalid, NotFound
from domain.events import AppointmentCancelled, SlotsDeleted
from domain.ids import Id, new_id
from domain.queries.series import series_standing
from domain.series import SeriesPlan
from tests.domain.commands import interrupted
from tests.domain.conftest import House, frozen, refused
from tests.support.racing import race, rounds

MONDAY = date(2027, 1, 11)
NOW = datetime(2027, 1, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_sunday_in_january() -> Any:
    with frozen(NOW):
        yield


@pytest.fixture
def series(house: House, doctor: User) -> Id:
    """Two mornings of four half hours."""
    return offered(house, doctor)


def offered(house: House, doctor: User, *, days: int = 2, start: time = time(9)) -> Id:
    plan = SeriesPlan(
        weekdays=frozenset(range(7)),
        from_date=MONDAY,
        until_date=MONDAY + timedelta(days=days - 1),
        start=start,
        end=time(11),
        minutes=30,
    )
    series_id: Id = house.run(offer_series(doctor, plan)).series_id
    house.events.clear()
    return series_id


def slots_of(house: House, series: Id) -> list[Slot]:
    found: list[Slot] = house.run(Slot.find({"series_id": series}).sort("+starts_at").to_list())
    return found


def booked(house: House, slot: Slot) -> Appointment:
    appointment: Appointment = house.run(book(slot.id, house.person()))
    house.events.clear()
    return appointment


def statuses(house: House, series: Id) -> list[str]:
    return [slot.status.value for slot in slots_of(house, series)]


def test_all_free_slots_of_a_series_go_as_one_fact(house: House, doctor: User, series: Id) -> None:
    outcome = house.run(withdraw_series(series, doctor, reason=" A congress "))
    assert outcome == SeriesWithdrawal(withdrawn=8, cancelled=0, kept=0)
    assert statuses(house, series) == ["withdrawn"] * 8
    [event] = house.events
    assert house.recorded("slots.deleted") == [event]
    assert isinstance(event, SlotsDeleted)
    assert (event.series_id, event.count, event.kept) == (series, 8, 0)
    assert (event.doctor_email, event.reason) == (doctor.email, "A congress")
    assert event.first_starts_at == datetime(2027, 1, 11, 8, tzinfo=UTC)
    assert event.last_ends_at == datetime(2027, 1, 12, 10, tzinfo=UTC)


def test_each_withdrawn_slot_says_when_by_whom_and_why(
    house: House, doctor: User, series: Id
) -> None:
    house.run(withdraw_series(series, doctor, reason="A congress"))
    for slot in slots_of(house, series):
        assert (slot.withdrawn_by, slot.withdrawal_reason) == (doctor.id, "A congress")
        assert slot.withdrawn_at == NOW


def test_booked_slots_stay_and_are_counted(house: House, doctor: User, series: Id) -> None:
    appointment = booked(house, slots_of(house, series)[2])
    outcome = house.run(withdraw_series(series, doctor))
    assert outcome == SeriesWithdrawal(withdrawn=7, cancelled=0, kept=1)
    assert statuses(house, series).count("booked") == 1
    assert house.now(appointment).status is AppointmentStatus.BOOKED
    [event] = house.events
    assert (event.count, event.kept) == (7, 1)


def test_what_the_doctor_gives_up_is_cancelled_with_notice(
    house: House, doctor: User, series: Id
) -> None:
    slots = slots_of(house, series)
    ending, staying = booked(house, slots[2]), booked(house, slots[5])
    outcome = house.run(
        withdraw_series(series, doctor, cancelling=[ending.id], reason="A congress")
    )
    assert outcome == SeriesWithdrawal(withdrawn=7, cancelled=1, kept=1)
    assert house.now(ending).cancellation_reason == "A congress"
    assert house.now(staying).status is AppointmentStatus.BOOKED
    cancelled, deleted = house.events
    assert isinstance(cancelled, AppointmentCancelled)
    assert isinstance(deleted, SlotsDeleted)
    assert deleted.cancelled_references == (ending.reference,)
    assert cancelled.proposed == ()


def test_times_proposed_instead_are_none_that_go_too(
    house: House, doctor: User, series: Id
) -> None:
    other = [house.slot(doctor, day=MONDAY + timedelta(days=3), start=time(h)) for h in (9, 10)]
    ending = booked(house, slots_of(house, series)[2])
    house.run(withdraw_series(series, doctor, cancelling=[ending.id], propose=True))
    cancelled = house.events[0]
    assert isinstance(cancelled, AppointmentCancelled)
    assert [time.slot_id for time in cancelled.proposed] == [slot.id for slot in other]


@pytest.mark.parametrize("status", ["arrived", "completed", "missed"])
def test_a_patient_who_has_come_keeps_the_time_whatever_is_given_up(
    house: House, doctor: User, series: Id, receptionist: User, status: str
) -> None:
    appointment = booked(house, slots_of(house, series)[0])
    house.run(mark(appointment.id, AppointmentStatus(status), receptionist))
    outcome = house.run(withdraw_series(series, doctor, cancelling=[appointment.id]))
    assert outcome == SeriesWithdrawal(withdrawn=7, cancelled=0, kept=1)


def test_what_has_begun_stays_as_it_is(house: House, doctor: User, series: Id) -> None:
    with frozen(datetime(2027, 1, 12, 8, 30, tzinfo=UTC)):
        outcome = house.run(withdraw_series(series, doctor))
    assert outcome.withdrawn == 2
    assert statuses(house, series) == ["open"] * 6 + ["withdrawn"] * 2


def test_neither_other_series_nor_single_slots_go_with_it(
    house: House, doctor: User, series: Id
) -> None:
    single = house.slot(doctor, day=MONDAY, start=time(14))
    other = offered(house, doctor, start=time(8))
    house.run(withdraw_series(series, doctor))
    assert house.now(single).status is SlotStatus.OPEN
    assert set(statuses(house, other)) == {"open"}


def test_what_is_left_is_shown_before(house: House, doctor: User, series: Id) -> None:
    slots = slots_of(house, series)
    appointment = booked(house, slots[1])
    standing = house.run(series_standing(series, doctor))
    assert [slot.id for slot in standing.free] == [slot.id for slot in slots if slot != slots[1]]
    assert [(slot.id, one.id) for slot, one in standing.booked] == [(slots[1].id, appointment.id)]


def test_nothing_left_is_said(house: House, doctor: User, series: Id) -> None:
    house.run(withdraw_series(series, doctor))
    with refused(house, AlreadyEnded):
        house.run(withdraw_series(series, doctor))


def test_only_its_doctor_withdraws_a_series(house: House, series: Id, receptionist: User) -> None:
    for person in (house.person(Role.DOCTOR), receptionist, house.person()):
        with refused(house, NotFound):
            house.run(withdraw_series(series, person))


def test_an_unknown_series_is_not_found(house: House, doctor: User, slot: Slot) -> None:
    with refused(house, NotFound):
        house.run(withdraw_series(new_id(), doctor))


def test_an_impossible_reason_withdraws_nothing(house: House, doctor: User, series: Id) -> None:
    with refused(house, Invalid) as refusal:
        house.run(withdraw_series(series, doctor, reason="x" * 501))
    assert set(refusal.value.fields) == {"reason"}


def outcome_of(house: House, work: Callable[[], Any]) -> Any:
    try:
        return house.run(work())
    except DomainError as refusal:
        return refusal


def test_bookings_at_the_same_moment_leave_nobody_without_a_slot(
    house: House, doctor: User
) -> None:
    for _ in range(rounds(full=20, short=3)):
        series = offered(house, doctor)
        slots, people = slots_of(house, series), [house.person() for _ in range(8)]
        calls: list[Callable[[], Any]] = [lambda s=series: withdraw_series(s, doctor)]
        calls += [
            lambda slot=slot, person=person: book(slot.id, person)
            for slot, person in zip(slots, people, strict=True)
        ]
        outcome, *_ = race([lambda c=call: outcome_of(house, c) for call in calls])
        check_nobody_is_left(house, series, outcome)
        house.run(emptied())


# Three questions before the transaction, and three in it.
@pytest.mark.parametrize("after", [1, 2, 4, 6])
def test_what_is_booked_while_a_series_is_being_read_is_counted_as_staying(
    house: House, doctor: User, series: Id, after: int
) -> None:
    booked(house, slots_of(house, series)[3])
    wanted, person = slots_of(house, series)[7], house.person()
    with interrupted(lambda: house.run(book(wanted.id, person)), after=after):
        outcome = house.run(withdraw_series(series, doctor))
    assert outcome == SeriesWithdrawal(withdrawn=6, cancelled=0, kept=2)
    assert house.now(wanted).status is SlotStatus.BOOKED
    check_nobody_is_left(house, series, outcome)


@pytest.mark.parametrize("after", [1, 2])
def test_what_is_let_go_while_a_series_is_being_read_goes_with_it(
    house: House, doctor: User, series: Id, after: int
) -> None:
    booked(house, slots_of(house, series)[3])
    last = booked(house, slots_of(house, series)[7])
    patient = house.run(User.get(last.patient_id))
    with interrupted(lambda: house.run(cancel(last.id, patient)), after=after):
        outcome = house.run(withdraw_series(series, doctor))
    assert outcome == SeriesWithdrawal(withdrawn=7, cancelled=0, kept=1)
    check_nobody_is_left(house, series, outcome)


async def emptied() -> None:
    """Take all slots and appointments away."""
    for document in (Slot, Appointment):
        await document.find_all().delete()


def check_nobody_is_left(house: House, series: Id, outcome: Any) -> None:
    """See that slots and appointments agree, and that one fact tells of what went."""
    slots = slots_of(house, series)
    active = {"status": {"$ne": "cancelled"}}
    standing = {one.slot_id for one in house.run(Appointment.find(active).to_list())}
    assert standing == {slot.id for slot in slots if slot.status is SlotStatus.BOOKED}
    gone = sum(slot.status is SlotStatus.WITHDRAWN for slot in slots)
    told = house.run(EventRecord.find({"subject_id": series, "kind": "slots.deleted"}).to_list())
    assert gone == (outcome.withdrawn if isinstance(outcome, SeriesWithdrawal) else 0)
    assert [record.payload["count"] for record in told] == ([gone] if gone else [])
    if isinstance(outcome, SeriesWithdrawal):
        assert all(slot.status is not SlotStatus.OPEN for slot in slots)
        assert [record.payload["kept"] for record in told] == [outcome.kept] == [len(standing)]


def test_of_two_withdrawals_at_once_one_counts(house: House, doctor: User, series: Id) -> None:
    calls = [lambda: outcome_of(house, lambda: withdraw_series(series, doctor))] * 4
    found = race(calls)
    assert sum(isinstance(one, SeriesWithdrawal) for one in found) == 1
    assert len(house.recorded("slots.deleted")) == 1


@settings(
    max_examples=rounds(full=60, short=8),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    taken=st.sets(st.integers(0, 7), max_size=5),
    given_up=st.sets(st.integers(0, 7), max_size=5),
)
def test_what_is_withdrawn_cancelled_and_kept_adds_up(
    house: House, doctor: User, taken: set[int], given_up: set[int]
) -> None:
    house.run(emptied())
    series = offered(house, doctor)
    slots = slots_of(house, series)
    appointments = {number: booked(house, slots[number]) for number in taken}
    ending = [appointments[number].id for number in taken & given_up]
    outcome = house.run(withdraw_series(series, doctor, cancelling=ending))
    assert outcome.withdrawn == 8 - len(taken - given_up)
    assert (outcome.cancelled, outcome.kept) == (len(ending), len(taken - given_up))
    for number, slot in enumerate(slots_of(house, series)):
        stands = number in taken - given_up
        assert slot.status is (SlotStatus.BOOKED if stands else SlotStatus.WITHDRAWN)
