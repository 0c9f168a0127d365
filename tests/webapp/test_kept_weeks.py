"""A doctor's week is read once for all who look at it within a second, and is true all the same."""

from collections.abc import Callable, Coroutine
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from domain import clinic, clock, outbox
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.closing import close_days
from domain.actions.moving import move
from domain.actions.offering import offer_series, offer_slot
from domain.actions.reopening import reopen
from domain.actions.restoring import restore
from domain.actions.staff import deactivate
from domain.actions.withdrawing import withdraw_slot
from domain.actions.withdrawing_series import withdraw_series
from domain.changing import change_one
from domain.documents import Appointment, EventRecord, Role, Slot, User
from domain.series import SeriesPlan
from tests.domain.commands import interrupted, recorded_commands
from tests.domain.conftest import House, frozen, in_days
from tests.webapp.browsing import Browser, attributes, only
from tests.webapp.conftest import SignIn

DAY = in_days(7)
KEPT = timedelta(seconds=1)


class Week:
    """Two doctors' weeks as strangers see them, and what may be done to them."""

    def __init__(self, house: House, browser: Browser, doctor: User, patient: User) -> None:
        self.house, self.browser = house, browser
        self.doctor, self.patient = doctor, patient
        self.other, self.desk = house.person(Role.DOCTOR), house.person(Role.RECEPTIONIST)
        self.admin = house.person(Role.ADMIN)
        self.free, self.near = (house.slot(doctor, start=time(hour)) for hour in (9, 10))
        self.far = house.slot(self.other)
        self.series = house.run(offer_series(doctor, plan(DAY)))

    def shown(self, doctor: User | None = None, browser: Browser | None = None) -> list[str]:
        return attributes(self.look(doctor, browser), "data-slot-id")

    def look(self, doctor: User | None = None, browser: Browser | None = None) -> TestResponse:
        path = f"/doctors/{(doctor or self.doctor).id}?date={DAY}"
        return (browser or self.browser).get(path)

    def open(self, doctor: User) -> list[str]:
        where = {"doctor_id": doctor.id, "status": "open"}
        found = self.house.run(Slot.find(where).sort("starts_at").to_list())
        return [str(one.id) for one in found]


def plan(day: date) -> SeriesPlan:
    return SeriesPlan(
        weekdays=frozenset({day.weekday()}),
        from_date=day,
        until_date=day,
        start=time(14),
        end=time(15),
        minutes=30,
        pause=0,
    )


@pytest.fixture
def week(house: House, browser: Browser, doctor: User, patient: User) -> Week:
    return Week(house, browser, doctor, patient)


def test_a_week_is_read_once_for_those_who_look_at_it_within_a_second(week: Week) -> None:
    with frozen(clock.now()):
        first = week.shown()
        with recorded_commands() as sent:
            assert week.shown() == first
    assert not sent


Deed = Callable[[Week], Coroutine[Any, Any, Any]]


async def _with_appointment(week: Week, act: Callable[..., Coroutine[Any, Any, Any]]) -> None:
    booked = await only(Appointment)
    await act(booked.id, week.patient)


async def _reopened(week: Week) -> None:
    closing = await EventRecord.find_one({"kind": "slots.closed"})
    assert closing
    await reopen(closing.id, week.desk)


DEEDS: dict[str, list[Deed]] = {
    "booked, cancelled, restored": [
        lambda w: book(w.free.id, w.patient),
        lambda w: _with_appointment(w, cancel),
        lambda w: _with_appointment(w, restore),
    ],
    "moved away, to another doctor": [
        lambda w: book(w.free.id, w.patient),
        lambda w: _with_appointment(w, lambda one, who: move(one, w.far.id, who)),
    ],
    "offered, withdrawn": [
        lambda w: offer_slot(w.doctor, day=DAY, start=time(12), minutes=30),
        lambda w: withdraw_slot(w.near.id, w.doctor),
    ],
    "a series withdrawn, another offered": [
        lambda w: withdraw_series(w.series.series_id, w.doctor),
        lambda w: offer_series(w.doctor, plan(DAY)),
    ],
    "a day closed, reopened": [
        lambda w: close_days(w.doctor.id, DAY, DAY, w.desk, cancelling=[], reason="Ill"),
        _reopened,
    ],
}


@pytest.mark.parametrize("deeds", DEEDS.values(), ids=list(DEEDS))
def test_what_this_process_changes_is_seen_at_once(week: Week, deeds: list[Deed]) -> None:
    with frozen(clock.now()):
        for deed in deeds:
            before = week.shown(), week.shown(week.other)
            week.house.run(deed(week))
            now = week.shown(), week.shown(week.other)
            assert now == (week.open(week.doctor), week.open(week.other))
            assert now != before


def test_a_doctor_who_leaves_has_no_times_at_once(week: Week) -> None:
    with frozen(clock.now()):
        week.shown()
        week.house.run(deactivate(week.doctor.id, week.admin))
        assert week.look().status_code == 303


def test_what_another_process_changes_is_seen_a_second_later(week: Week) -> None:
    now = clock.now()
    with frozen(now):
        before = week.shown()
    gone = change_one(Slot, {"_id": week.free.id}, {"$set": {"status": "booked"}})
    week.house.run(gone)
    with frozen(now + KEPT - clock.RESOLUTION):
        assert week.shown() == before
    with frozen(now + KEPT):
        assert week.shown() == week.open(week.doctor) != before


def test_what_was_being_read_as_it_changed_is_given_to_nobody_after(week: Week) -> None:
    with frozen(clock.now()):
        with interrupted(
            lambda: week.house.run(book(week.free.id, week.patient)), after=1, of="slots"
        ):
            assert str(week.free.id) in week.shown()  # was free when they asked
        assert week.shown() == week.open(week.doctor)


def test_who_has_changed_something_by_way_of_another_process_sees_it_at_once(
    week: Week, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = signed_in(week.patient)
    now = clock.now()
    with frozen(now), monkeypatch.context() as elsewhere:
        before = week.shown()
        elsewhere.setattr(outbox, "publish", lambda _event: None)  # nobody here hears of it
        assert patient.post(f"/slots/{week.free.id}/book").status_code == 303
        assert week.shown() == before
        assert week.shown(browser=patient) == week.open(week.doctor) != before


def test_who_has_heard_that_a_time_is_gone_does_not_see_it_again(
    week: Week, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = signed_in(week.house.person())
    with frozen(clock.now()), monkeypatch.context() as elsewhere:
        elsewhere.setattr(outbox, "publish", lambda _event: None)
        week.shown()
        week.house.run(book(week.free.id, week.patient))
        assert late.post(f"/slots/{week.free.id}/book").status_code == 409
        assert str(week.free.id) not in week.shown(browser=late)


def test_signing_in_changes_no_week(week: Week) -> None:
    with frozen(clock.now()):
        shown = week.shown()
        with recorded_commands() as sent:
            week.browser.post("/login", {"email": "x@example.org", "password": "wrong"})
            week.browser.post("/language", {"language": "de"})
            assert week.shown() == shown
    assert not [name for name, command in sent if command.get(name) == "slots"]


@pytest.mark.parametrize("mark", ["", "x", "-1", "9" * 400, "٣", "1e999", "nan"])
def test_a_mark_that_nobody_made_is_none(week: Week, mark: str) -> None:
    week.browser.client.set_cookie("changed", mark)
    with frozen(clock.now()):
        shown = week.shown()
        with recorded_commands() as sent:
            assert week.shown() == shown
    assert not sent


def test_a_time_that_is_too_soon_by_now_is_not_shown_though_it_was_kept(week: Week) -> None:
    last = week.free.starts_at - clinic.current().min_notice
    with frozen(last):
        assert week.shown() == week.open(week.doctor)
    with frozen(last + clock.RESOLUTION), recorded_commands() as sent:
        assert week.shown() == week.open(week.doctor)[1:]
    assert [name for name, command in sent if command[name] == "slots"] == ["find"]


def test_an_open_page_hears_of_a_change_by_its_version(week: Week) -> None:
    with frozen(clock.now()):
        seen = {"If-None-Match": week.look().headers["ETag"]}
        path = f"/doctors/{week.doctor.id}?date={DAY}"
        assert week.browser.get(path, headers=seen).status_code == 304
        week.house.run(book(week.free.id, week.patient))
        assert week.browser.get(path, headers=seen).status_code == 200


def test_each_reads_the_kept_times_in_their_own_words(
    week: Week, app: Flask, signed_in: SignIn
) -> None:
    week.patient.name = "Quilla Featherby"
    week.house.run(week.patient.save())
    french, far = Browser(app), Browser(app)
    french.client.set_cookie("language", "fr")
    far.client.set_cookie("timezone", "Asia/Kolkata")
    readers = {
        "Featherby": signed_in(week.patient),
        "Heures affichées": french,
        "slot__practice": far,
    }
    with frozen(clock.now()):
        pages = {words: week.look(browser=reader) for words, reader in readers.items()}
        stranger = week.look()
    for words, page in pages.items():
        assert [one for one in readers if one in page.text] == [words]
        assert attributes(page, "data-slot-id") == week.open(week.doctor)
    assert not [one for one in readers if one in stranger.text]
