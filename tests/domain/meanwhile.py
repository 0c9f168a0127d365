"""What somebody else does while an action is under way."""

from collections.abc import Callable, Coroutine
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import Run

Deed = Callable[[], Coroutine[Any, Any, Any]]


def meanwhile(monkeypatch: pytest.MonkeyPatch, action: ModuleType, deed: Deed) -> list[Any]:
    """Do a deed once, after an action has read and before it writes; return what it answers."""
    write = action.transact
    answers: list[Any] = []

    async def late(work: Callable[[Any], Any]) -> Any:
        if not answers:
            answers.append(await deed())
        return await write(work)

    monkeypatch.setattr(action, "transact", late)
    return answers


def before_the_claim(
    monkeypatch: pytest.MonkeyPatch, action: ModuleType, deed: Deed, run: Run
) -> None:
    """Do a deed once, after an action has read a slot and before it claims it, on its thread."""
    claim, done = action.claim, list[Any]()

    def late(*what: Any) -> bool:
        if not done:
            done.append(run(deed()))
        return bool(claim(*what))

    monkeypatch.setattr(action, "claim", late)
