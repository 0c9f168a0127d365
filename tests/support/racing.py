"""Many callers at one moment."""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def rounds(full: T, short: T) -> T:
    """Return how much to try: `full` under `make probes`, else `short`."""
    return full if os.environ.get("BOOKWELL_ROUNDS") == "full" else short


def race(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start all calls at one moment, each on its own thread; return results and exceptions."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - what a call raised is its result
            return error

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def kinds(results: Sequence[Any]) -> dict[str, int]:
    """Count results by the name of their class."""
    counted: dict[str, int] = {}
    for result in results:
        name = type(result).__name__
        counted[name] = counted.get(name, 0) + 1
    return counted
