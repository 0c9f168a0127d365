"""Whatever moment the app is killed at: what is booked is told, and told once."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database

from tests.faults import crashing
from tests.faults.practice import Practice, running_practice
from tests.faults.reckoning import reckon, settled
from tests.support.racing import rounds
from tests.support.smtp import MailServer
from tests.support.waiting import eventually

pytestmark = pytest.mark.probe
TWO_MINUTES = 120
SHORT = {"NOTIFIER": '{"lease": 3}'}
STORED = [step for step in crashing.STEPS if step is not crashing.AFTER_THE_CLAIM]
times = rounds(full=20, short=1)


@pytest.fixture(scope="module")
def practice(
    tmp_path_factory: pytest.TempPathFactory, mongodb_uri: str, mail_server: MailServer
) -> Iterator[Practice]:
    """A practice whose leases run out soon, for the sake of the tests' time."""
    folder = tmp_path_factory.mktemp("practice")
    days = rounds(full=17, short=1)
    with running_practice(folder, mongodb_uri, mail_server, days=days, **SHORT) as opened:
        yield at_rest(opened)


@pytest.fixture(scope="module")
def another(
    tmp_path_factory: pytest.TempPathFactory, mongodb_uri: str, mail_server: MailServer
) -> Iterator[Practice]:
    """A practice with the lease as shipped, which the tests may spoil."""
    with running_practice(tmp_path_factory.mktemp("another"), mongodb_uri, mail_server) as opened:
        yield at_rest(opened)


def at_rest(practice: Practice) -> Practice:
    """Wait for the mails of its opening: they pass the points at which only a booking is to die."""
    eventually(lambda: settled(practice.store))
    return practice


@pytest.fixture(scope="module")
def abandoned(practice: Practice) -> list[str]:
    """Slots whose claim was not committed when the app was killed."""
    slots = [next(practice.slots) for _ in range(times)]
    for slot in slots:
        assert practice.crash(crashing.AFTER_THE_CLAIM, slot) is None
        practice.restart()
    return slots


def whole(store: Database[Any], mail: MailServer) -> bool:
    """Tell whether everything that was booked has been told and nothing waits."""
    return settled(store) and not reckon(store, mail).unconfirmed


def killed_and_restarted(practice: Practice, step: str) -> float:
    """Die while booking, start again and send the form again; return the seconds to the mail."""
    slot = next(practice.slots)
    practice.crash(step, slot)
    assert not reckon(practice.store, practice.mail).torn
    restarted = practice.restart()
    assert practice.post_booking(slot).status_code == 303
    eventually(lambda: whole(practice.store, practice.mail), within=TWO_MINUTES)
    return time.monotonic() - restarted


def test_a_kill_inside_the_transaction_leaves_nothing(
    practice: Practice, abandoned: list[str]
) -> None:
    found = reckon(practice.store, practice.mail)
    assert (found.bookings, found.torn, found.confirmed) == (0, False, 0)
    print(f"{times} kills {crashing.AFTER_THE_CLAIM}: 0 booked, 0 torn")


@pytest.mark.parametrize("step", STORED)
def test_a_kill_loses_nothing_and_doubles_nothing_but_an_unheard_acceptance(
    practice: Practice, abandoned: list[str], step: str
) -> None:
    before = reckon(practice.store, practice.mail)
    seconds = [killed_and_restarted(practice, step) for _ in range(times)]
    after = reckon(practice.store, practice.mail)
    assert after.bookings - before.bookings == times
    assert (after.torn, after.unconfirmed, after.retold) == (False, set(), set())
    doubled = {one: count for one, count in after.doubled.items() if one not in before.doubled}
    assert list(doubled.values()) == ([2] * times if step == crashing.AFTER_THE_ACCEPTANCE else [])
    print(
        f"{times} kills {step}: {times} booked, 0 torn, {times} confirmed within "
        f"{max(seconds):.1f} s of the restart, {len(doubled)} doubled under the same Message-ID"
    )


def test_the_lease_as_shipped_is_taken_over_within_two_minutes(another: Practice) -> None:
    slot = next(another.slots)
    another.crash(crashing.INSIDE_THE_MAIL, slot)
    (lease,) = another.store.deliveries.find({"state": "sending"})
    restarted = another.restart()
    if rounds(full=1, short=0):
        eventually(lambda: whole(another.store, another.mail), within=TWO_MINUTES)
        print(f"with the lease as shipped: sent {time.monotonic() - restarted:.0f} s after")
    held = (lease["due_at"] - lease["created_at"]).total_seconds()
    assert held < TWO_MINUTES


def test_without_a_lease_two_processes_double_a_message_and_the_reckoning_shows_it(
    another: Practice, mail: MailServer
) -> None:
    another.restart(NOTIFIER='{"lease": 0}', WEB_PROCESSES="2")
    mail.slow(5)
    assert another.post_booking(next(another.slots)).status_code == 303
    eventually(lambda: reckon(another.store, mail).doubled, within=60)


def test_without_the_outbox_a_kill_loses_a_message_and_the_reckoning_shows_it(
    another: Practice, mail: MailServer
) -> None:
    another.restart(MUTATION="unrecorded")
    another.crash(crashing.AFTER_THE_COMMIT, next(another.slots))
    found = reckon(another.store, mail)
    assert found.torn
    assert len(found.without_event) == 1
    assert found.without_event <= found.unconfirmed


def test_a_claim_whose_process_was_killed_frees_the_slot_within_two_minutes(
    practice: Practice, abandoned: list[str], mail: MailServer
) -> None:
    """The database gives up a transaction of a vanished client after a minute."""
    before = reckon(practice.store, mail).bookings
    for slot in abandoned:
        eventually(lambda s=slot: practice.post_booking(s).status_code == 303, within=TWO_MINUTES)
    eventually(lambda: whole(practice.store, mail), within=TWO_MINUTES)
    found = reckon(practice.store, mail)
    assert found.bookings - before == len(abandoned)
    assert (found.torn, found.retold) == (False, set())
