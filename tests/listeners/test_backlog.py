"""A long line is read in small batches, completely and in order."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import clock
from domain.ids import Id, new_id
from listeners.backlog import Backlog
from listeners.documents import Delivery
from tests.conftest import Run

START = clock.now() - timedelta(days=1)


def waiting(offset: int) -> Delivery:
    return Delivery(
        event_id=new_id(),
        event_kind="tests",
        occurred_at=START,
        subject_id=new_id(),
        channel="email",
        recipient="mira@example.org",
        message="appointment_created",
        due_at=START + timedelta(milliseconds=offset),
        created_at=START,
    )


async def nothing_waits() -> None:
    await Delivery.find_all().delete()


def read_all(run: Run, backlog: Backlog, limit: int) -> list[Id]:
    found: list[Id] = []
    while True:
        ids = run(backlog.next(clock.now(), limit))
        found.extend(ids)
        if len(ids) < limit:
            return found


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(offsets=st.lists(st.integers(0, 10**7), max_size=40, unique=True), limit=st.integers(2, 9))
def test_every_document_is_read_in_order_of_time(run: Run, offsets: list[int], limit: int) -> None:
    run(nothing_waits())
    documents = [waiting(offset) for offset in offsets]
    if documents:
        run(Delivery.insert_many(documents))

    found = read_all(run, Backlog(Delivery, "due_at", {"state": "pending"}), limit)

    expected = [one.id for one in sorted(documents, key=lambda one: one.due_at)]
    assert list(dict.fromkeys(found)) == expected


def test_more_of_the_same_moment_than_fit_do_not_hold_up_what_comes_later(run: Run) -> None:
    documents = [waiting(offset) for offset in (0, 0, 0, 0, 5, 9)]
    run(Delivery.insert_many(documents))

    found = read_all(run, Backlog(Delivery, "due_at", {"state": "pending"}), 2)

    assert {documents[4].id, documents[5].id} <= set(found)


def test_after_the_end_it_starts_from_the_oldest_again(run: Run) -> None:
    documents = [waiting(offset) for offset in range(5)]
    run(Delivery.insert_many(documents))
    backlog = Backlog(Delivery, "due_at", {"state": "pending"})

    first, again = read_all(run, backlog, 3), read_all(run, backlog, 3)

    assert first == again


def test_what_is_not_yet_due_is_not_read(run: Run) -> None:
    later = waiting(0)
    later.due_at = clock.now() + timedelta(hours=1)
    run(Delivery.insert_many([later]))

    assert read_all(run, Backlog(Delivery, "due_at", {"state": "pending"}), 10) == []
