"""How many function calls each hot path makes in the app: the same on a busy machine.

    python -m bench.calls                        # Python's and C's, on all threads, for one request
    python -m bench.calls --only week --most 30  # and which are made most often

Not a measure of time: it shows what a change saves, and what is done over and over.
"""

import argparse
import sys
import threading
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

from bench.clinic import filled_clinic
from bench.paths import Path as Asked
from bench.paths import paths
from tests.domain.commands import listen, recorded_commands

_WARMING, _CALLS = 8, 12


class Calls:
    """Counts calls by name while `on`."""

    def __init__(self) -> None:
        self.on = False
        self.made: Counter[str] = Counter()

    def seen(self, frame: FrameType, event: str, what: Any) -> None:
        """Count one call; the interpreter tells of each."""
        if not self.on:
            return
        if event == "call":
            self.made[f"{Path(frame.f_code.co_filename).name} {frame.f_code.co_name}"] += 1
        elif event == "c_call":
            self.made[getattr(what, "__qualname__", str(what))] += 1


def counted(calls: Calls, path: Asked) -> float:
    """Return how many database commands a request sends, having counted its calls."""
    for number in range(_WARMING):
        path(number)
    calls.made.clear()
    with recorded_commands() as sent:
        calls.on = True
        for number in range(_WARMING, _WARMING + _CALLS):
            status, body = path(number)
            assert status < 400, body[:600]
        calls.on = False
    return len(sent) / _CALLS


def main() -> None:
    """Count, and print a table."""
    options = _options()
    calls = Calls()
    listen()
    threading.setprofile(calls.seen)  # before any thread is there
    sys.setprofile(calls.seen)
    with filled_clinic(options.slots) as clinic:
        print("path                calls  commands")
        for name, path in paths(clinic).items():
            if options.only and name not in options.only.split(","):
                continue
            commands = counted(calls, path)
            print(f"{name:18} {calls.made.total() / _CALLS:6.0f} {commands:9.1f}", flush=True)
            for called, number in calls.made.most_common(options.most):
                print(f"    {number / _CALLS:8.1f} {called}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--slots", type=int, default=400)
    parser.add_argument("--only", default="")
    parser.add_argument("--most", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
