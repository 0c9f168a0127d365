"""The reception's list is read once for all who look within a second, and is true all the same."""

import gc
import re
from collections.abc import Callable, Coroutine
from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from domain import clock, outbox
from domain.actions.attendance import mark
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.closing import close_days
from domain.actions.moving import move
from domain.actions.offering import offer_slot
from domain.actions.own_account import introduce
from domain.actions.restoring import restore
from domain.actions.withdrawing import withdraw_slot
from domain.changing import change_one
from domain.documents import Appointment, AppointmentStatus, AuditEntry, Role, User
from domain.queries.desk import DeskPage
from domain.queries.remembering import forget
from tests.conftest import Run
from tests.domain.commands import interrupted, recorded_commands
from tests.domain.conftest import House, frozen, in_days
from tests.support.waiting import eventually
from tests.webapp.browsing import Browser, attributes, opened
from tests.webapp.conftest import SignIn
from webapp.presenters.desk_list import DeskList

DAY = in_days(7)
KEPT = timedelta(seconds=1)


class Desk:
    """A day of appointments as the reception sees it, and what may be done to it."""

    def __init__(self, house: House, browser: Browser, desk: User, doctor: User) -> None:
        self.house, self.browser, self.desk, self.doctor = house, browser, desk, doctor
        self.patient = house.person(name="Grace Hopper")
        self.slots = [house.slot(doctor, start=time(8 + hour)) for hour in range(3)]
        self.booked = house.run(book(self.slots[0].id, self.patient))

    def look(self, browser: Browser | None = None, narrowed: str = "") -> TestResponse:
        return (browser or self.browser).get(f"/desk?date={DAY}{narrowed}")

    def shown(self, browser: Browser | None = None) -> tuple[list[str], list[str], str]:
        """Return the lines' states, what is counted, and all that the lines say."""
        page = self.look(browser)
        counted = re.findall(r'data-count="\w+".*?<strong>(\d+)', page.text)
        [lines] = re.findall(r'<section id="desk-list".*?</section>', page.text, re.S)
        said = re.sub(r'name="csrf_token" value="[^"]+"|data-seen="\w+"', "", lines)
        return attributes(page, "data-status"), counted, said


@pytest.fixture
def day(house: House, doctor: User, signed_in: SignIn) -> Desk:
    person = house.person(Role.RECEPTIONIST)
    return Desk(house, signed_in(person), person, doctor)


def test_a_list_is_read_once_for_those_who_look_at_it_within_a_second(day: Desk) -> None:
    for path in (f"/desk?date={DAY}", f"/desk?date={DAY}&until={in_days(40)}&status=booked"):
        with frozen(clock.now()):
            first = opened(day.browser, path)
            with recorded_commands() as sent:
                second = opened(day.browser, path)
        assert attributes(second, "data-seen") == attributes(first, "data-seen")
        asked = [command[name] for name, command in sent]
        assert asked == ["users", "deliveries", "audit"]  # of few lines, whose messages rest


def test_each_look_at_a_kept_list_is_on_record(day: Desk, run: Run) -> None:
    with frozen(clock.now()):
        for _ in range(2):
            opened(day.browser, f"/desk?date={DAY}")
    found = run(AuditEntry.find({"what": "seen:desk.index"}).to_list())
    assert [one.subjects for one in found] == [[day.booked.id]] * 2
    assert [one.people for one in found] == [[day.patient.id]] * 2


Deed = Callable[[Desk], Coroutine[Any, Any, Any]]
DEEDS: dict[str, list[Deed]] = {
    "booked": [lambda d: book(d.slots[1].id, d.patient)],
    "cancelled, restored": [
        lambda d: cancel(d.booked.id, d.desk, reason="Ill"),
        lambda d: restore(d.booked.id, d.desk),
    ],
    "moved": [lambda d: move(d.booked.id, d.slots[2].id, d.patient)],
    "noted": [lambda d: mark(d.booked.id, AppointmentStatus.ARRIVED, d.desk)],
    "offered, withdrawn": [
        lambda d: offer_slot(d.doctor, day=DAY, start=time(15), minutes=30),
        lambda d: withdraw_slot(d.slots[1].id, d.doctor),
    ],
    "the day closed": [
        lambda d: close_days(d.doctor.id, DAY, DAY, d.desk, cancelling=[d.booked.id], reason="Ill")
    ],
    "renamed": [
        lambda d: introduce(d.patient, name="Grace Murray Hopper", phone=""),
    ],
}


@pytest.mark.parametrize("deeds", DEEDS.values(), ids=list(DEEDS))
def test_what_this_process_changes_is_seen_at_once(day: Desk, deeds: list[Deed]) -> None:
    with frozen(clock.now()):
        for deed in deeds:
            before = day.shown()
            day.house.run(deed(day))
            now = day.shown()
            assert now != before
            forget()
            assert now == day.shown()


def test_what_another_process_changes_is_seen_a_second_later(day: Desk) -> None:
    now = clock.now()
    with frozen(now):
        before = day.shown()
    noted = change_one(Appointment, {"_id": day.booked.id}, {"$set": {"status": "arrived"}})
    day.house.run(noted)
    with frozen(now + KEPT - clock.RESOLUTION):
        assert day.shown() == before
    with frozen(now + KEPT):
        assert day.shown()[0] == ["arrived"]


def test_what_was_being_read_as_it_changed_is_given_to_nobody_after(day: Desk) -> None:
    with frozen(clock.now()):
        with interrupted(
            lambda: day.house.run(cancel(day.booked.id, day.patient)), after=1, of="appointments"
        ):
            assert day.shown()[0] == ["booked"]  # was so when they asked
        assert day.shown()[0] == ["cancelled"]


def test_who_has_changed_something_by_way_of_another_process_sees_it_at_once(
    day: Desk, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = signed_in(day.house.person(Role.RECEPTIONIST))
    with frozen(clock.now()), monkeypatch.context() as elsewhere:
        day.shown()
        elsewhere.setattr(outbox, "publish", lambda _event: None)  # nobody here hears of it
        done = other.post(f"/appointments/{day.booked.id}/cancel", {"reason": "Ill"})
        assert done.status_code == 303
        assert day.shown()[0] == ["booked"]
        assert day.shown(other)[0] == ["cancelled"]


def test_each_reads_the_kept_list_in_their_own_words(
    day: Desk, app: Flask, signed_in: SignIn
) -> None:
    german, far = (day.house.person(Role.RECEPTIONIST) for _ in range(2))
    german.language, far.timezone = "de", "Asia/Kolkata"
    for one in (german, far):
        day.house.run(one.save())
    with frozen(clock.now()):
        here, there, elsewhere = (
            day.shown(one)[2] for one in (None, signed_in(german), signed_in(far))
        )
    assert "Alle sind angekreuzt." in there
    assert "Alle sind angekreuzt." not in here + elsewhere
    assert 'id="desk-zone"' in elsewhere
    assert 'id="desk-zone"' not in here + there


def test_ticks_are_those_of_whoever_ticks(day: Desk) -> None:
    ticks = f"{day.booked.reference} checked"
    with frozen(clock.now()):
        assert ticks not in day.look().text
        assert ticks in day.look(narrowed="&tick=all").text
        assert ticks not in day.look().text


def test_a_token_is_never_kept(day: Desk, signed_in: SignIn) -> None:
    other = signed_in(day.house.person(Role.RECEPTIONIST))
    with frozen(clock.now()):
        tokens = [
            set(re.findall(r'name="csrf_token" value="([^"]+)"', day.look(one).text))
            for one in (day.browser, other)
        ]
    assert not set.intersection(*tokens)
    assert all(tokens)


def test_a_list_does_not_stay_in_memory_longer_than_it_is_kept(day: Desk) -> None:
    def lists() -> int:
        gc.collect()
        # By type: `isinstance` looks through weak proxies, of what may be gone.
        return sum(type(one) in (DeskPage, DeskList) for one in gc.get_objects())

    before = lists()
    day.look()
    eventually(lambda: lists() <= before, within=5)
