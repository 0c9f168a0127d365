"""Whatever people do in whatever order, the clinic's invariants hold after each step."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from domain.actions.attendance import mark
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.claiming import placed_in
from domain.actions.moving import move
from domain.actions.offering import offer_slot
from domain.actions.withdrawing import withdraw_slot
from domain.documents import (
    ACTIVE_APPOINTMENT,
    DOCUMENTS,
    Appointment,
    AppointmentStatus,
    EventRecord,
    Role,
    Slot,
    SlotStatus,
    User,
)
from domain.errors import DomainError
from domain.events import (
    AppointmentCancelled,
    AppointmentCreated,
    AppointmentMarked,
    AppointmentMoved,
    Event,
    SlotCreated,
    SlotDeleted,
    from_record,
)
from domain.ids import Id
from tests.domain.conftest import House
from tests.support.racing import rounds

DAY = date(2027, 6, 7)
DAWN = datetime(2027, 6, 7, 0, tzinfo=UTC)

slots = st.integers(0, 30)
people = st.integers(0, 2)
appointments = st.integers(0, 30)


class Told:
    """What the stored events say that slots and appointments are: replayed from nothing."""

    def __init__(self, events: list[Event]) -> None:
        self.slots: dict[Id, str] = {}
        self.appointments: dict[Id, tuple[str, Id]] = {}
        for event in events:
            self._hear(event)

    def _hear(self, event: Event) -> None:
        match event:
            case SlotCreated():
                self.slots[event.slot.slot_id] = "open"
            case SlotDeleted():
                self.slots[event.slot.slot_id] = "withdrawn"
            case AppointmentCreated():
                self._place(event, "booked")
            case AppointmentMarked():
                self._place(event, event.status)
            case AppointmentMoved():
                self._leave(event.previous, event.occurred_at)
                self._place(event, "booked")
            case AppointmentCancelled():
                self._place(event, "cancelled")
                self._leave(event.appointment, event.occurred_at)

    def _place(self, event: Any, status: str) -> None:
        facts = event.appointment
        self.appointments[facts.appointment_id] = (status, facts.slot_id)
        self.slots[facts.slot_id] = "booked"

    def _leave(self, facts: Any, moment: datetime) -> None:
        self.slots[facts.slot_id] = "open" if facts.starts_at > moment else "withdrawn"


async def emptied() -> None:
    for document in DOCUMENTS:
        await document.get_motor_collection().delete_many({})


class Clinic(RuleBasedStateMachine):
    """Two doctors, three patients, a desk, and a day that goes by."""

    house: House

    def __init__(self) -> None:
        super().__init__()
        self.house.run(emptied())
        self.clock = time_machine.travel(DAWN - timedelta(days=1), tick=False)
        self.traveller = self.clock.start()
        self.house.events.clear()
        self.doctors = [self.house.person(Role.DOCTOR) for _ in range(2)]
        self.patients = [self.house.person() for _ in range(3)]
        self.desk = self.house.person(Role.RECEPTIONIST)
        self.refused = False
        self.slots: list[Id] = []
        self.appointments: list[Id] = []
        for doctor in self.doctors:
            for start in (time(9), time(9, 30)):
                self.attempt(offer_slot(doctor, day=DAY, start=start, minutes=30), self.slots)

    def teardown(self) -> None:
        self.clock.stop()

    def attempt(self, action: Any, made: list[Id] | None = None) -> None:
        """Do something; a refusal is to leave everything as it was, and is no failure."""
        try:
            done = self.house.run(action)
        except DomainError:
            self.refused = True
        else:
            self.refused = False
            if made is not None:
                made.append(done.id)

    def slot(self, number: int) -> Id:
        return self.slots[number % len(self.slots)]

    def actors(self) -> list[User]:
        return [*self.patients, *self.doctors, self.desk]

    @rule(slot=slots, patient=people, by_desk=st.booleans(), key=st.sampled_from([None, "k1"]))
    def somebody_books(self, slot: int, patient: int, by_desk: bool, key: str | None) -> None:
        actor = self.desk if by_desk else None
        booking = book(self.slot(slot), self.patients[patient], actor=actor, idempotency_key=key)
        self.attempt(booking, self.appointments)

    @rule(appointment=appointments, actor=st.integers(0, 5))
    def somebody_cancels(self, appointment: int, actor: int) -> None:
        if self.appointments:
            one = self.appointments[appointment % len(self.appointments)]
            self.attempt(cancel(one, self.actors()[actor], reason="Ill"))

    @rule(appointment=appointments, slot=slots, actor=st.integers(0, 5))
    def somebody_moves(self, appointment: int, slot: int, actor: int) -> None:
        if self.appointments:
            one = self.appointments[appointment % len(self.appointments)]
            self.attempt(move(one, self.slot(slot), self.actors()[actor]))

    @rule(appointment=appointments, status=st.sampled_from(AppointmentStatus))
    def the_desk_marks(self, appointment: int, status: AppointmentStatus) -> None:
        if self.appointments:
            one = self.appointments[appointment % len(self.appointments)]
            self.attempt(mark(one, status, self.desk))

    @rule(slot=slots, doctor=st.integers(0, 1), notify=st.booleans())
    def a_doctor_withdraws(self, slot: int, doctor: int, notify: bool) -> None:
        self.attempt(withdraw_slot(self.slot(slot), self.doctors[doctor], notify=notify))

    @rule(doctor=st.integers(0, 1), mark=st.integers(0, 12), minutes=st.sampled_from([15, 30, 60]))
    def a_doctor_offers(self, doctor: int, mark: int, minutes: int) -> None:
        start = time(9 + mark // 12, mark % 12 * 5)
        offer = offer_slot(self.doctors[doctor], day=DAY, start=start, minutes=minutes)
        self.attempt(offer, self.slots)

    @rule(minutes=st.sampled_from([1, 10, 30]))
    def time_goes_by(self, minutes: int) -> None:
        morning = DAWN + timedelta(hours=6, minutes=45)
        now = datetime.now(UTC)
        self.refused = False
        self.traveller.move_to(max(now, morning) + timedelta(minutes=minutes), tick=False)

    @invariant()
    def the_clinic_is_whole(self) -> None:
        found = self.house.run(everything())
        if self.refused:
            assert found == self.found
        self.found = found
        slots, appointments, events = found
        active = [one for one in appointments if one.status in ACTIVE_APPOINTMENT]
        each_booked_slot_has_one_active_appointment(slots, active)
        nobody_is_in_two_places(slots, active)
        whatever_ended_says_when_and_by_whom(slots, appointments)
        assert {slot.id for slot in slots} == set(self.slots)
        assert {one.id for one in appointments} == set(self.appointments)
        assert events == self.house.events
        told = Told(events)
        assert told.slots == {slot.id: slot.status for slot in slots}
        assert told.appointments == {one.id: (one.status, one.slot_id) for one in appointments}


async def everything() -> tuple[list[Slot], list[Appointment], list[Event]]:
    records = await EventRecord.find_all().sort("+occurred_at", "+_id").to_list()
    return (
        await Slot.find_all().to_list(),
        await Appointment.find_all().to_list(),
        [from_record(record) for record in records],
    )


def each_booked_slot_has_one_active_appointment(
    slots: list[Slot], active: list[Appointment]
) -> None:
    holders = {one.slot_id: one for one in active}
    assert len(holders) == len(active)
    booked = {slot.id: slot for slot in slots if slot.status is SlotStatus.BOOKED}
    assert set(holders) == set(booked)
    for one in active:
        place = placed_in(booked[one.slot_id])
        assert one.model_dump(include=set(place)) == place


def nobody_is_in_two_places(slots: list[Slot], active: list[Appointment]) -> None:
    held = [slot for slot in slots if slot.status is not SlotStatus.WITHDRAWN]
    doctors = Counter((slot.doctor_id, cell) for slot in held for cell in slot.cells)
    patients = Counter((one.patient_id, cell) for one in active for cell in one.cells)
    assert set(doctors.values()) | set(patients.values()) <= {1}


def whatever_ended_says_when_and_by_whom(
    slots: list[Slot], appointments: list[Appointment]
) -> None:
    for one in appointments:
        said = one.cancelled_at is not None, one.cancelled_by is not None
        assert set(said) == {one.status is AppointmentStatus.CANCELLED}
    for slot in slots:
        said = slot.withdrawn_at is not None, slot.withdrawn_by is not None
        assert set(said) == {slot.status is SlotStatus.WITHDRAWN}


@pytest.mark.probe
def test_whatever_happens_the_invariants_hold(house: House) -> None:
    Clinic.house = house
    run_state_machine_as_test(
        Clinic,
        settings=settings(
            max_examples=rounds(full=200, short=12),
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
