"""The next free times are read once for all who ask within a second, and are true all the same."""

import re
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from domain import clinic, clock, outbox
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.moving import move
from domain.actions.offering import offer_slot
from domain.actions.withdrawing import withdraw_slot
from domain.changing import change_one
from domain.documents import Appointment, Role, Slot, User
from tests.domain.commands import interrupted, recorded_commands
from tests.domain.conftest import House, frozen, in_days
from tests.webapp.browsing import Browser, attributes, only
from tests.webapp.conftest import SignIn

DAY, EMPTY_DAY = in_days(14), in_days(22)
KEPT = timedelta(seconds=1)


class Practice:
    """Two doctors' next times as strangers see them; the next of all is on a day of its own."""

    def __init__(self, house: House, browser: Browser, doctor: User, patient: User) -> None:
        self.house, self.browser = house, browser
        self.doctor, self.patient = doctor, patient
        self.other = house.person(Role.DOCTOR)
        self.next = house.slot(doctor)
        self.later, self.others = (
            [house.slot(one, day=DAY, start=time(hour)) for hour in (9, 10, 11)]
            for one in (doctor, self.other)
        )

    def shown(self, page: str, browser: Browser | None = None) -> list[str]:
        """Return what a page says about which times are next."""
        answer = (browser or self.browser).get(PAGES[page].format(self.doctor.id))
        assert answer.status_code == 200
        links = re.findall(r'href="([^"]+\?date=[^"]+)">Go to', answer.text)
        return attributes(answer, "data-slot-id") + links

    def true(self, page: str, browser: Browser | None = None) -> list[str]:
        """Return the same for somebody who is answered from the database."""
        asking = browser or self.browser
        asking.client.set_cookie("changed", f"{clock.now().timestamp():.0f}")
        try:
            return self.shown(page, asking)
        finally:
            asking.client.delete_cookie("changed")


PAGES = {
    "the front page": "/",
    "the earliest of a specialty": "/?q=dermatology",
    "a doctor without a date": "/doctors/{}",
    "an empty week": f"/doctors/{{}}?date={EMPTY_DAY}",
}
each_page = pytest.mark.parametrize("page", PAGES)


@pytest.fixture
def practice(house: House, browser: Browser, doctor: User, patient: User) -> Practice:
    return Practice(house, browser, doctor, patient)


@contextmanager
def unheard(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let nobody in this process hear of what is changed, as if another machine did it."""
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(outbox, "publish", lambda _event: None)
        yield


@each_page
def test_the_next_times_are_read_once_for_those_who_ask_within_a_second(
    practice: Practice, page: str
) -> None:
    with frozen(clock.now()):
        first = practice.shown(page)
        with recorded_commands() as sent:
            assert practice.shown(page) == first
    assert first
    assert not sent


Deed = Callable[[Practice], Coroutine[Any, Any, Any]]


async def _with_appointment(
    practice: Practice, act: Callable[..., Coroutine[Any, Any, Any]]
) -> None:
    booked = await only(Appointment)
    await act(booked.id, practice.patient)


DEEDS: list[Deed] = [
    lambda p: book(p.next.id, p.patient),
    lambda p: _with_appointment(p, lambda one, who: move(one, p.later[0].id, who)),
    lambda p: _with_appointment(p, cancel),
    lambda p: withdraw_slot(p.next.id, p.doctor),
    lambda p: offer_slot(p.doctor, day=in_days(7), start=time(12), minutes=30),
]


@each_page
def test_what_this_process_changes_is_seen_at_once(practice: Practice, page: str) -> None:
    seen = []
    for deed in DEEDS:
        with frozen(clock.now()):
            seen.append(practice.shown(page))
            practice.house.run(deed(practice))
            assert practice.shown(page) == practice.true(page)
    assert any(one != seen[0] for one in seen)


@each_page
def test_what_another_process_changes_is_seen_a_second_later(practice: Practice, page: str) -> None:
    now = clock.now().replace(second=10)
    with frozen(now):
        before = practice.shown(page)
    practice.house.run(change_one(Slot, {"_id": practice.next.id}, {"$set": {"status": "booked"}}))
    with frozen(now + KEPT - clock.RESOLUTION):
        assert practice.shown(page) == before
    with frozen(now + KEPT):
        after = practice.shown(page)
        assert after == practice.true(page) != before


# The questions up to the last about next times: one for each doctor and span, and the empty week.
READ = dict(zip(PAGES, (4, 4, 2, 6), strict=True))


@each_page
def test_what_was_being_read_as_it_changed_is_given_to_nobody_after(
    practice: Practice, page: str
) -> None:
    def booked() -> None:
        for one in (practice.next, practice.others[2]):
            practice.house.run(book(one.id, practice.patient))

    now = clock.now()
    with frozen(now):
        before = practice.shown(page)
    with frozen(now + KEPT):
        with interrupted(booked, after=READ[page], of="slots"):
            practice.shown(page)
        after = practice.shown(page)
        assert after == practice.true(page) != before


@each_page
def test_who_has_changed_something_by_way_of_another_process_sees_it_at_once(
    practice: Practice, page: str, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = signed_in(practice.patient)
    with frozen(clock.now()), unheard(monkeypatch):
        before = practice.shown(page)
        assert patient.post(f"/slots/{practice.next.id}/book").status_code == 303
        assert practice.shown(page) == before
        assert practice.shown(page, patient) != before


@each_page
@pytest.mark.parametrize("moment", ["as it becomes too soon", "as it comes into reach"])
def test_what_one_may_book_by_now_is_shown_though_more_or_less_was_kept(
    practice: Practice, page: str, moment: str
) -> None:
    with frozen(_last_before(practice.next, moment)):
        before = practice.shown(page)
    with frozen(_last_before(practice.next, moment) + clock.RESOLUTION):
        after = practice.shown(page)
        assert after == practice.true(page) != before


def _last_before(slot: Slot, moment: str) -> datetime:
    """Return when a slot is for the last time what it is not any more thereafter."""
    if moment == "as it becomes too soon":
        return slot.starts_at - clinic.current().min_notice
    return slot.starts_at - clinic.current().booking_horizon - clock.RESOLUTION


def test_the_desk_is_shown_what_only_it_may_book(practice: Practice, signed_in: SignIn) -> None:
    receptionist = practice.house.person(Role.RECEPTIONIST)
    with frozen(practice.next.starts_at - timedelta(minutes=5)):
        desk = signed_in(receptionist)
        strangers, of_the_desk = (practice.shown("the front page", who) for who in (None, desk))
        assert str(practice.next.id) not in strangers
        assert str(practice.next.id) in of_the_desk


@pytest.mark.parametrize("page", ["the front page", "the earliest of a specialty"])
def test_an_open_page_hears_of_a_change_by_its_version(practice: Practice, page: str) -> None:
    path = PAGES[page]
    with frozen(clock.now()):
        seen = {"If-None-Match": practice.browser.get(path).headers["ETag"]}
        assert practice.browser.get(path, headers=seen).status_code == 304
        practice.house.run(book(practice.next.id, practice.patient))
        assert practice.browser.get(path, headers=seen).status_code == 200
