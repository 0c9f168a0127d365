"""Closing days of a doctor who is away, and taking that back."""

from datetime import time, timedelta
from functools import partial

import pytest

from domain import clock
from domain.actions import many_times
from domain.actions.attendance import mark
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.closing import Closing, close_days
from domain.actions.moving import move
from domain.actions.offering import offer_slot
from domain.actions.reopening import reopen
from domain.actions.restoring import RESTORABLE_FOR
from domain.actions.withdrawing import withdraw_slot
from domain.documents import Appointment, AppointmentStatus, Role, SlotStatus, User
from domain.errors import AlreadyEnded, Conflict, Forbidden, Invalid, NotFound, TooLate
from domain.events import AppointmentCancelled, SlotsClosed, SlotsReopened
from domain.ids import Id, new_id
from domain.queries.absences import absence
from tests.domain.commands import interrupted
from tests.domain.conftest import House, frozen, in_days, refused
from tests.support.racing import kinds, race, rounds

DAY = in_days(7)
SICK = "The doctor is ill"


class Practice:
    """A doctor's day with two booked and two free times, and a free time of the day after."""

    def __init__(self, house: House, doctor: User) -> None:
        self.house, self.doctor = house, doctor
        self.slots = [house.slot(doctor, start=time(hour)) for hour in (9, 10, 11, 12)]
        self.later = house.slot(doctor, day=in_days(8))
        self.booked: list[Appointment] = [
            house.run(book(slot.id, house.person())) for slot in self.slots[:2]
        ]
        house.events.clear()

    @property
    def seen(self) -> list[Id]:
        return [one.id for one in self.booked]

    def close(self, actor: User, **changes: object) -> Closing:
        how = {"cancelling": self.seen, "reason": SICK, **changes}
        closed: Closing = self.house.run(close_days(self.doctor.id, DAY, DAY, actor, **how))
        return closed

    def statuses(self) -> list[str]:
        return [self.house.now(slot).status.value for slot in (*self.slots, self.later)]


@pytest.fixture
def practice(house: House, doctor: User) -> Practice:
    return Practice(house, doctor)


def test_a_closed_day_has_nothing_booked_and_nothing_free(
    house: House, practice: Practice, receptionist: User
) -> None:
    outcome = practice.close(receptionist)
    assert (outcome.cancelled, outcome.closed, outcome.kept) == (2, 2, 0)
    assert practice.statuses() == ["withdrawn"] * 4 + ["open"]
    for one in practice.booked:
        assert house.now(one).status is AppointmentStatus.CANCELLED
        assert house.now(one).cancellation_reason == SICK
    free = house.now(practice.slots[3])
    assert (free.withdrawn_by, free.withdrawal_reason) == (receptionist.id, SICK)


def test_it_is_one_fact_for_the_doctor_and_one_for_each_patient(
    house: House, practice: Practice, receptionist: User
) -> None:
    outcome = practice.close(receptionist, propose=True)
    *patients, closed = house.events
    assert isinstance(closed, SlotsClosed)
    assert house.recorded("slots.closed") == [closed]
    assert (closed.id, closed.subject_id) == (outcome.id, outcome.id)
    assert closed.doctor_email == practice.doctor.email
    assert set(closed.slot_ids) == {slot.id for slot in practice.slots[2:]}
    assert closed.references == tuple(one.reference for one in practice.booked)
    for event in patients:
        assert isinstance(event, AppointmentCancelled)
        assert [one.slot_id for one in event.proposed] == [practice.later.id]
    assert len(patients) == 2


def test_only_the_desk_closes_and_says_why(
    house: House, practice: Practice, patient: User, receptionist: User
) -> None:
    for actor in (patient, practice.doctor):
        with refused(house, Forbidden):
            practice.close(actor)
    with refused(house, Invalid) as refusal:
        practice.close(receptionist, reason=" ")
    assert set(refusal.value.fields) == {"reason"}
    practice.close(house.person(Role.ADMIN))


def test_what_nobody_has_seen_is_not_cancelled(
    house: House, practice: Practice, receptionist: User
) -> None:
    seen = practice.seen
    house.run(book(practice.slots[2].id, house.person()))
    with refused(house, Conflict):
        practice.close(receptionist, cancelling=seen)


def test_who_has_arrived_stays(house: House, practice: Practice, receptionist: User) -> None:
    house.run(mark(practice.booked[0].id, AppointmentStatus.ARRIVED, receptionist))
    outcome = practice.close(receptionist)
    assert (outcome.cancelled, outcome.closed, outcome.kept) == (1, 2, 1)
    assert practice.statuses()[:2] == ["booked", "withdrawn"]


def test_what_has_passed_is_left_alone(
    house: House, practice: Practice, receptionist: User
) -> None:
    with frozen(practice.slots[2].starts_at):
        outcome = practice.close(receptionist)
    assert (outcome.cancelled, outcome.closed) == (0, 1)
    assert practice.statuses()[:4] == ["booked", "booked", "open", "withdrawn"]


def test_nothing_is_closed_twice_nor_without_a_doctor(
    house: House, practice: Practice, receptionist: User, patient: User
) -> None:
    practice.close(receptionist)
    with refused(house, AlreadyEnded):
        practice.close(receptionist)
    for unknown in (new_id(), patient.id):
        with refused(house, NotFound):
            house.run(absence(unknown, DAY, DAY))


@pytest.mark.parametrize("last", [DAY - timedelta(days=1), DAY + timedelta(days=14)])
def test_the_days_are_few_and_in_order(house: House, doctor: User, last: object) -> None:
    with refused(house, Invalid) as refusal:
        house.run(absence(doctor.id, DAY, last))  # type: ignore[arg-type]
    assert set(refusal.value.fields) == {"until"}


def test_more_than_one_transaction_holds_is_refused(
    house: House, practice: Practice, receptionist: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many_times, "MOST_CANCELLED", 1)
    with refused(house, Invalid):
        practice.close(receptionist)


def test_a_closing_is_taken_back_as_it_was(
    house: House, practice: Practice, receptionist: User
) -> None:
    outcome = practice.close(receptionist)
    house.events.clear()
    again = house.run(reopen(outcome.id, receptionist))
    assert (again.opened, [refusal for _, refusal in again.appointments]) == (2, [None, None])
    assert practice.statuses() == ["booked", "booked", "open", "open", "open"]
    told = house.events[-1]
    assert isinstance(told, SlotsReopened)
    assert (told.subject_id, len(told.slot_ids)) == (outcome.id, 2)
    assert told.references == tuple(one.reference for one in practice.booked)
    assert house.kinds() == ["appointment.restored"] * 2 + ["slots.reopened"]
    with refused(house, Conflict):
        house.run(reopen(outcome.id, receptionist))


def test_what_was_taken_meanwhile_stays_as_it_is(
    house: House, practice: Practice, receptionist: User
) -> None:
    outcome = practice.close(receptionist)
    house.run(offer_slot(practice.doctor, day=DAY, start=time(10, 15), minutes=30))
    house.run(offer_slot(practice.doctor, day=DAY, start=time(11, 15), minutes=30))
    again = house.run(reopen(outcome.id, receptionist))
    assert again.opened == 1
    assert [refusal is None for _, refusal in again.appointments] == [True, False]
    assert practice.statuses() == ["booked", "withdrawn", "withdrawn", "open", "open"]


def test_only_who_closed_takes_it_back_and_only_at_once(
    house: House, practice: Practice, receptionist: User
) -> None:
    outcome = practice.close(receptionist)
    colleague = house.person(Role.RECEPTIONIST)
    with refused(house, Forbidden):
        house.run(reopen(outcome.id, colleague))
    with refused(house, NotFound):
        house.run(reopen(new_id(), receptionist))
    [cancelled, *_] = house.recorded("appointment.cancelled")
    with refused(house, NotFound):
        house.run(reopen(cancelled.id, receptionist))
    with (
        frozen(clock.now() + RESTORABLE_FOR + timedelta(seconds=5)),
        refused(house, TooLate),
    ):
        house.run(reopen(outcome.id, receptionist))


def test_a_time_that_its_doctor_withdrew_is_not_closed_nor_opened(
    house: House, practice: Practice, receptionist: User
) -> None:
    house.run(withdraw_slot(practice.slots[3].id, practice.doctor))
    outcome = practice.close(receptionist)
    assert outcome.closed == 1
    house.run(reopen(outcome.id, receptionist))
    assert practice.statuses()[3] == "withdrawn"


# Three questions before the transaction, the doctor first, and two in it.
@pytest.mark.parametrize("after", [2, 4, 5])
def test_who_books_while_the_day_is_being_read_is_not_overlooked(
    house: House, practice: Practice, receptionist: User, after: int
) -> None:
    person = house.person()
    come = partial(house.run, book(practice.slots[3].id, person))
    with interrupted(come, after=after), pytest.raises(Conflict):
        practice.close(receptionist)
    assert practice.statuses() == ["booked"] * 2 + ["open", "booked", "open"]
    [theirs] = house.run(Appointment.find({"patient_id": person.id}).to_list())
    outcome = practice.close(receptionist, cancelling=[*practice.seen, theirs.id])
    assert (outcome.cancelled, outcome.closed) == (3, 1)


def test_who_moves_into_a_day_while_it_is_being_read_is_not_overlooked(
    house: House, practice: Practice, receptionist: User
) -> None:
    person = house.person()
    theirs = house.run(book(practice.later.id, person))
    come = partial(house.run, move(theirs.id, practice.slots[2].id, person))
    with interrupted(come, after=2), pytest.raises(Conflict):
        practice.close(receptionist)
    assert practice.statuses() == ["booked"] * 3 + ["open"] * 2


@pytest.mark.parametrize("after", [2, 4, 5])
def test_a_time_let_go_while_the_day_is_being_read_is_closed_too(
    house: House, practice: Practice, receptionist: User, after: int
) -> None:
    theirs = practice.booked[0]
    patient = house.run(User.get(theirs.patient_id))
    with interrupted(partial(house.run, cancel(theirs.id, patient)), after=after):
        outcome = practice.close(receptionist)
    assert (outcome.cancelled, outcome.closed, outcome.kept) == (1, 3, 0)
    assert practice.statuses() == ["withdrawn"] * 4 + ["open"]


def test_a_booking_is_not_made_up_for_by_a_time_that_is_offered_in_the_same_moment(
    house: House, practice: Practice, receptionist: User
) -> None:
    def book_and_offer() -> None:
        house.run(book(practice.slots[2].id, house.person()))
        house.run(offer_slot(practice.doctor, day=DAY, start=time(11, 30), minutes=30))

    with interrupted(book_and_offer, after=3), pytest.raises(Conflict):
        practice.close(receptionist)
    assert practice.statuses() == ["booked"] * 3 + ["open"] * 2


@pytest.mark.probe
def test_closing_races_bookings_and_leaves_no_orphan(
    house: House, receptionist: User, doctor: User
) -> None:
    for number in range(rounds(full=20, short=3)):
        slots = [house.slot(doctor, day=in_days(10 + number), start=time(9 + n)) for n in range(4)]
        day = in_days(10 + number)
        bookings = [partial(house.run, book(slot.id, house.person())) for slot in slots]
        close = partial(
            house.run, close_days(doctor.id, day, day, receptionist, cancelling=[], reason=SICK)
        )
        outcomes = race([*bookings, close])
        assert kinds(outcomes)
        stored = [house.now(slot) for slot in slots]
        booked = house.run(Appointment.find({"doctor_id": doctor.id, "status": "booked"}).to_list())
        held_ids = {slot.id for slot in stored if slot.status is SlotStatus.BOOKED}
        assert held_ids == {one.slot_id for one in booked if one.slot_id in {s.id for s in slots}}
        if isinstance(outcomes[-1], Closing):
            # None of them was seen, so that none may stand.
            assert {slot.status for slot in stored} == {SlotStatus.WITHDRAWN}
        else:
            assert isinstance(outcomes[-1], Conflict), outcomes[-1]
