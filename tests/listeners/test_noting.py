"""Notes that are stored while the next message is being sent."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from domain.errors import Unavailable
from hosting.loop import LoopThread
from listeners import deliveries
from listeners.deliveries import Claim, LeaseLost
from listeners.documents import Delivery, DeliveryState
from listeners.noting import Noting
from tests.conftest import Run
from tests.domain.commands import recorded_commands
from tests.listeners.conftest import Configure
from tests.listeners.test_deliveries import claimed, stored
from tests.support.waiting import eventually

_AT_MOST = 8


class Gate:
    """A note that counts who came, and lets nobody through until it is opened."""

    def __init__(self) -> None:
        self.begun = 0
        self.open = asyncio.Event()

    async def note(self) -> None:
        self.begun += 1
        await self.open.wait()


@pytest.fixture
def noting(run: Run, loop: LoopThread, configured: Configure) -> Noting:
    return Noting(configured(), loop, threading.Event())


@pytest.fixture
def held(run: Run, delivery: Delivery) -> Claim:
    return claimed(run, delivery)


@pytest.fixture
def gate(loop: LoopThread) -> Iterator[Gate]:
    made = Gate()
    yield made
    loop.run(opened(made))


async def opened(gate: Gate) -> None:
    gate.open.set()


def test_the_next_message_waits_once_eight_notes_are_under_way(
    noting: Noting, held: Claim, gate: Gate, loop: LoopThread
) -> None:
    noted = []

    def send_twelve() -> None:
        with noting:
            for number in range(12):
                noting.note(held, gate.note)
                noted.append(number)

    thread = threading.Thread(target=send_twelve)
    thread.start()
    eventually(lambda: gate.begun == _AT_MOST)
    assert len(noted) == _AT_MOST - 1

    loop.run(opened(gate))
    thread.join(30)
    assert (len(noted), gate.begun) == (12, 12)


def test_the_end_of_a_batch_waits_for_its_notes(noting: Noting, held: Claim, run: Run) -> None:
    with noting:
        noting.note(held, lambda: deliveries.sent(held, "250 accepted"))
    assert stored(run, held.id).state is DeliveryState.SENT


def test_a_lost_lease_keeps_no_other_message_from_being_noted(
    noting: Noting, held: Claim, run: Run
) -> None:
    async def too_late() -> None:
        raise LeaseLost("somebody else took over")

    with noting:
        noting.note(held, too_late)
        noting.note(held, lambda: deliveries.sent(held, "250 accepted"))
    assert stored(run, held.id).state is DeliveryState.SENT


def test_a_note_is_made_again_once_the_database_is_back(
    noting: Noting, held: Claim, run: Run
) -> None:
    answers = iter([Unavailable("away"), None])

    async def note() -> None:
        if trouble := next(answers):
            raise trouble
        await deliveries.sent(held, "250 accepted")

    with noting:
        noting.note(held, note)
    assert stored(run, held.id).state is DeliveryState.SENT
    assert list(answers) == []


def test_notes_of_one_moment_are_one_command(run: Run, held: Claim) -> None:
    async def note_after(turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        await deliveries.sent(held, "250 accepted")

    async def note_all() -> None:
        await asyncio.gather(*(note_after(10 * number) for number in range(_AT_MOST)))

    with recorded_commands() as sent:
        run(note_all())
    assert [name for name, _ in sent].count("update") == 1
