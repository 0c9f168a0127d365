"""Reads that many share, and answers that are kept for some seconds."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from domain import clock
from domain.queries.remembering import Remembered, forget
from domain.queries.sharing import Shared
from tests.conftest import Run
from tests.domain.conftest import frozen


class Counter:
    """A read that says how often it began, and waits to be let on."""

    def __init__(self) -> None:
        self.begun = 0
        self.open = asyncio.Event()

    async def __call__(self, *_key: object) -> int:
        self.begun += 1
        mine = self.begun
        await self.open.wait()
        return mine


async def asked(read: Callable[..., Awaitable[int]], times: int) -> list[asyncio.Future[int]]:
    """Let some callers ask, and go on until each of them waits."""
    waiting = [asyncio.ensure_future(read("key")) for _ in range(times)]
    for _ in range(5):
        await asyncio.sleep(0)
    return waiting


def test_a_thousand_who_ask_meanwhile_share_the_next_read(run: Run) -> None:
    async def crowd() -> None:
        read = Counter()
        shared = Shared(read)
        [first] = await asked(shared, 1)
        crowd = await asked(shared, 1000)
        assert read.begun == 1
        read.open.set()
        assert await first == 1
        assert set(await asyncio.gather(*crowd)) == {2}  # begun after they had asked
        assert await shared("key") == 3

    run(crowd())


def test_one_caller_who_gives_up_takes_nothing_from_the_others(run: Run) -> None:
    async def crowd() -> None:
        read = Counter()
        first, second = await asked(Shared(read), 2)
        first.cancel()
        read.open.set()
        assert await second == 2
        with pytest.raises(asyncio.CancelledError):
            await first

    run(crowd())


def test_what_fails_fails_for_those_who_shared_it_and_for_nobody_after(run: Run) -> None:
    answers = iter([ValueError("gone"), 7])

    async def read(_key: str) -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def crowd() -> None:
        shared = Shared(read)
        with pytest.raises(ValueError, match="gone"):
            await shared("key")
        assert await shared("key") == 7

    run(crowd())


def test_an_answer_is_kept_until_it_is_forgotten(run: Run) -> None:
    async def ask() -> None:
        read = Counter()
        read.open.set()
        remembered = Remembered(read, seconds=60)
        assert [await remembered("key"), await remembered("key")] == [1, 1]
        assert await remembered("another") == 2
        forget()
        assert await remembered("key") == 3

    run(ask())


def test_an_answer_that_was_being_read_when_all_was_forgotten_is_not_kept(run: Run) -> None:
    async def ask() -> None:
        read = Counter()
        remembered = Remembered(read, seconds=60)
        [early] = await asked(remembered, 1)
        forget()
        read.open.set()
        assert await early == 1
        assert await remembered("key") == 2

    run(ask())


def test_an_answer_is_not_kept_beyond_its_seconds(run: Run) -> None:
    now = clock.now()

    async def ask() -> None:
        read = Counter()
        read.open.set()
        remembered = Remembered(read, seconds=5)
        for moment, answer in ((0, 1), (4.999, 1), (5, 2), (3, 3)):  # the clock was set back
            with frozen(now + timedelta(seconds=moment)):
                assert await remembered("key") == answer

    run(ask())


def test_an_answer_is_not_given_again_once_its_version_is_another(run: Run) -> None:
    versions = {"key": 1, "another": 1}

    async def ask() -> None:
        read = Counter()
        remembered = Remembered(read, seconds=60, version=versions.__getitem__)
        [early] = await asked(remembered, 1)
        versions["key"] = 2
        read.open.set()
        assert await early == 1
        assert [await remembered("another"), await remembered("key")] == [2, 3]
        versions["key"] = 3
        assert [await remembered("another"), await remembered("key")] == [2, 4]

    run(ask())


def test_the_latest_answer_is_read_anew_and_kept(run: Run) -> None:
    async def ask() -> None:
        read = Counter()
        read.open.set()
        remembered = Remembered(read, seconds=60)
        assert [await remembered("key"), await remembered.latest("key")] == [1, 2]
        assert await remembered("key") == 2

    run(ask())


def test_no_more_answers_are_kept_than_may_be(run: Run) -> None:
    async def ask() -> None:
        read = Counter()
        read.open.set()
        remembered = Remembered(read, seconds=60, most=2)
        assert [await remembered(key) for key in (1, 2, 3, 3, 2, 1)] == [1, 2, 3, 3, 2, 4]

    run(ask())
