"""Telling a dead mail server from a message that it refuses."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from domain import clock
from domain.ids import new_id
from listeners.documents import Attempt, Delivery, DeliveryState
from listeners.trace import Trace
from tests.conftest import Run

THREE_DAYS = 3 * 24 * 60
AWAY = "no answer: Connection refused"


async def stored(
    state: str,
    *,
    minutes_old: float,
    words: str = AWAY,
    due: float = 0,
    channel: str = "email",
    tries: Sequence[tuple[float, str]] = (),
) -> Delivery:
    """Store a delivery as it stands so long after it was made.

    `due`: minutes from now; `tries`: how many minutes ago, and the words that each led to.
    """
    now = clock.now()
    made = now - timedelta(minutes=minutes_old)
    delivery = Delivery(
        event_id=new_id(),
        event_kind="appointment.created",
        occurred_at=made,
        subject_id=new_id(),
        channel=channel,
        recipient="mira@example.org",
        message="appointment_created",
        state=state,
        due_at=now + timedelta(minutes=due),
        attempts=1,
        last_words=words,
        history=[
            Attempt(at=now - timedelta(minutes=ago), state=DeliveryState.FAILED, words=said)
            for ago, said in tries
        ],
        created_at=made,
        settled_at=made if state == "sent" else None,
    )
    await delivery.insert()
    return delivery


def stuck_since(run: Run) -> Any:
    return run(Trace().stuck_since())


def test_a_server_that_nobody_reaches_is_stuck_since_the_oldest_message(run: Run) -> None:
    run(stored("failed", minutes_old=3, due=5))
    oldest = run(
        stored("failed", minutes_old=9, words="not let in: 535 5.7.8 wrong password", due=-1)
    )
    run(stored("sent", minutes_old=10, due=-9))
    assert stuck_since(run) == oldest.created_at


@pytest.mark.parametrize("words", ["451 4.7.1 greylisted", "550 no such user"])
def test_a_server_that_answers_is_not_stuck(run: Run, words: str) -> None:
    run(stored("failed", minutes_old=30, words=words))
    assert stuck_since(run) is None


def test_a_server_that_accepted_something_since_is_not_stuck(run: Run) -> None:
    run(stored("failed", minutes_old=30))
    run(stored("sent", minutes_old=1, due=0.5))
    assert stuck_since(run) is None


def test_a_failure_of_this_minute_alarms_nobody(run: Run) -> None:
    assert stuck_since(run) is None
    run(stored("failed", minutes_old=1))
    run(stored("pending", minutes_old=30))
    assert stuck_since(run) is None


def test_the_answer_is_remembered_for_a_while(run: Run) -> None:
    trace = Trace(remember=60)
    assert run(trace.stuck_since()) is None
    run(stored("failed", minutes_old=30))
    assert run(trace.stuck_since()) is None
    assert stuck_since(run) is not None


def test_a_webhook_says_nothing_about_the_mail_server(run: Run) -> None:
    run(stored("failed", minutes_old=30, channel="webhook"))
    assert stuck_since(run) is None
    mail = run(stored("failed", minutes_old=9))
    run(stored("sent", minutes_old=0, channel="webhook"))
    assert stuck_since(run) == mail.created_at


@pytest.mark.parametrize(
    ("tries", "since"),
    [
        ([(5, AWAY), (3, AWAY)], 5),
        ([(30, AWAY), (20, "451 4.7.1 later"), (5, AWAY), (3, AWAY)], 5),
        ([(minutes, AWAY) for minutes in range(20, 0, -1)], THREE_DAYS),
        ([(1, AWAY)], None),
    ],
    ids=["first tried late", "answered before", "tried more often than is kept", "tried just now"],
)
def test_the_trouble_is_as_old_as_the_tries_that_got_no_answer_in_a_row(
    run: Run, tries: list[tuple[float, str]], since: float | None
) -> None:
    run(stored("failed", minutes_old=THREE_DAYS, tries=tries))

    told = stuck_since(run)

    age = round((clock.now() - told) / timedelta(minutes=1)) if told else None
    assert age == since
