"""The event loop as the listeners' threads see it."""

from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Loop(Protocol):
    """Whatever runs coroutines for other threads."""

    def run(self, work: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Run a coroutine and return its result, or raise TimeoutError."""

    def submit(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Start a coroutine and return a future of its result."""
