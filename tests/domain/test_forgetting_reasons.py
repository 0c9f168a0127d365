"""The reasons of closed days and of series go whatever became of their times meanwhile."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, time, timedelta

import pytest
import time_machine

from domain import clock, keeping
from domain.actions import reasons
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.closing import Closing, close_days
from domain.actions.erasing import erase
from domain.actions.erasures import finish_erasure
from domain.actions.offering import offer_series
from domain.actions.reasons import forget_reasons
from domain.actions.reopening import reopen
from domain.actions.restoring import restore
from domain.actions.retaining import retain
from domain.actions.withdrawing import withdraw_slot
from domain.actions.withdrawing_series import withdraw_series
from domain.documents import AuditEntry, EventRecord, Slot, User
from domain.ids import Id
from domain.keeping import Keeping
from domain.series import SeriesPlan
from tests.domain.commands import recorded_commands
from tests.domain.conftest import House, in_days
from tests.domain.test_index_use import has_index

DAYS = timedelta(days=1)
DAY = in_days(7)
WHY = "Her hip"


@pytest.fixture(autouse=True)
def _periods() -> Iterator[None]:
    keeping.configure(Keeping(reasons=30 * DAYS, patients=None))
    yield
    keeping.configure(Keeping())


def later(house: House, days: int) -> None:
    with time_machine.travel(clock.now() + days * DAYS):
        house.run(retain())


def closed(
    house: House, doctor: User, desk: User, *booked: Id, day: date = DAY, reason: str = WHY
) -> Closing:
    closing: Closing = house.run(
        close_days(doctor.id, day, day, desk, cancelling=booked, reason=reason)
    )
    return closing


def told(house: House, kind: str = "slots.closed") -> list[str]:
    """Return the reasons that are still stored with events of a kind."""
    return [str(event.reason) for event in house.recorded(kind)]


def booked_once(house: House, slot: Slot, patient: User, *, reason: str = "") -> None:
    booked = house.run(book(slot.id, patient))
    house.run(cancel(booked.id, patient, reason=reason))


def erased(house: House, patient: User) -> None:
    house.run(erase(patient, actor=None))
    house.run(finish_erasure(patient.id))


def series(house: House, doctor: User, until: date = DAY) -> tuple[Id, list[Slot]]:
    """Offer a half hour each week."""
    plan = SeriesPlan(
        weekdays=frozenset({DAY.weekday()}),
        from_date=DAY,
        until_date=until,
        start=time(9),
        end=time(9, 30),
        minutes=30,
    )
    series_id = house.run(offer_series(doctor, plan)).series_id
    where = {"doctor_id": doctor.id, "series_id": series_id}
    return series_id, house.run(Slot.find(where).sort("+starts_at").to_list())


def cut_after(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the next run be broken off once it has looked at so many events."""
    left, looked_at = iter(range(number)), reasons._leave_without_reason

    async def look(event: EventRecord) -> None:
        if next(left, None) is None:
            raise TimeoutError
        await looked_at(event)

    monkeypatch.setattr(reasons, "_leave_without_reason", look)


def test_days_on_which_nothing_was_free_keep_no_reason(
    house: House, doctor: User, slot: Slot, patient: User, receptionist: User
) -> None:
    booked = house.run(book(slot.id, patient))
    closed(house, doctor, receptionist, booked.id)
    later(house, 7 + 29)
    assert told(house) == [WHY]
    later(house, 7 + 31)
    assert told(house) == [""]


def test_nor_do_they_where_the_audit_log_goes_back_less_far(
    house: House, doctor: User, slot: Slot, patient: User, receptionist: User
) -> None:
    keeping.configure(Keeping(reasons=30 * DAYS, patients=None, audit=DAYS))
    booked = house.run(book(slot.id, patient))
    closed(house, doctor, receptionist, booked.id)
    later(house, 2)
    assert house.run(AuditEntry.find({"what": "slots.closed"}).count()) == 0
    later(house, 7 + 31)
    assert told(house) == [""]


def test_a_closing_that_was_taken_back_keeps_no_reason(
    house: House, doctor: User, slot: Slot, receptionist: User
) -> None:
    closing = closed(house, doctor, receptionist)
    house.run(reopen(closing.id, receptionist))
    later(house, 7 + 31)
    assert told(house) == [""]


def test_a_closing_whose_appointments_were_each_restored_keeps_no_reason(
    house: House, doctor: User, slot: Slot, patient: User, receptionist: User
) -> None:
    booked = house.run(book(slot.id, patient))
    closed(house, doctor, receptionist, booked.id)
    house.run(restore(booked.id, receptionist))
    later(house, 7 + 31)
    assert told(house) == [""]


def test_an_erasure_does_not_hide_a_closing(
    house: House, doctor: User, slot: Slot, patient: User, receptionist: User
) -> None:
    booked_once(house, slot, patient)
    closed(house, doctor, receptionist)
    erased(house, patient)
    assert (told(house), house.now(slot).withdrawal_reason) == ([WHY], "")
    later(house, 7 + 31)
    assert told(house) == [""]


def test_an_erasure_does_not_hide_a_series(house: House, doctor: User, patient: User) -> None:
    series_id, [slot] = series(house, doctor)
    booked_once(house, slot, patient)
    house.run(withdraw_series(series_id, doctor, reason=WHY))
    erased(house, patient)
    assert (told(house, "slots.deleted"), house.now(slot).withdrawal_reason) == ([WHY], "")
    later(house, 7 + 31)
    assert told(house, "slots.deleted") == [""]


def test_what_was_closed_in_the_same_minute_and_lies_ahead_keeps_its_reason(
    house: House, doctor: User, slot: Slot, patient: User, receptionist: User
) -> None:
    booked = house.run(book(slot.id, patient))
    house.slot(doctor, day=in_days(60))
    closed(house, doctor, receptionist, booked.id)
    closed(house, doctor, receptionist, day=in_days(60), reason="Her knee")
    later(house, 7 + 31)
    assert sorted(told(house)) == ["", "Her knee"]


def test_what_was_withdrawn_of_a_series_later_keeps_its_reason_longer(
    house: House, doctor: User
) -> None:
    series_id, [first, _] = series(house, doctor, in_days(14))
    house.run(withdraw_slot(first.id, doctor))
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        house.run(withdraw_series(series_id, doctor, reason=WHY))
    later(house, 7 + 31)
    assert told(house, "slots.deleted") == [WHY]
    later(house, 14 + 31)
    assert told(house, "slots.deleted") == [""]


def test_an_index_is_behind_all_that_is_asked(
    house: House, doctor: User, slot: Slot, patient: User, receptionist: User
) -> None:
    booked = house.run(book(slot.id, patient))
    house.slot(doctor, start=time(11))
    closed(house, doctor, receptionist, booked.id)
    house.run(withdraw_series(series(house, doctor)[0], doctor, reason=WHY))
    with recorded_commands() as sent:
        house.run(forget_reasons(clock.now(), clock.now() + 8 * DAYS))
    assert (told(house), told(house, "slots.deleted")) == ([""], [""])
    commands = [(name, sent) for name, sent in sent if name in ("find", "update")]
    assert [sent for name, sent in commands if not has_index(house, name, sent)] == []


def test_a_first_run_that_is_cut_again_and_again_comes_to_its_end(
    house: House, doctor: User, patient: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (7, 47, 87):
        booked_once(house, house.slot(doctor, day=in_days(day)), patient, reason=WHY)
    for day in range(3):
        # Each run has time for one appointment, which is told of twice: booked and cancelled.
        with monkeypatch.context() as patched, suppress(TimeoutError):
            cut_after(2, patched)
            later(house, 87 + 31 + day)
    assert told(house, "appointment.cancelled") == ["", "", ""]


def test_no_more_than_a_day_is_read_at_once(house: House, doctor: User, patient: User) -> None:
    for day in (7, 8, 20):
        booked_once(house, house.slot(doctor, day=in_days(day)), patient, reason=WHY)
    with recorded_commands() as sent:
        later(house, 20 + 31)
    assert told(house, "appointment.cancelled") == ["", "", ""]
    found = [command for name, command in sent if name == "find" and command.get("limit") != 1]
    spans = [one["filter"]["starts_at"] for one in found if "starts_at" in one["filter"]]
    assert len({span["$lt"] for span in spans}) >= 3
