"""The mail server that benches send to, as a process of its own (`bench.smtp_sink`)."""

import subprocess
import sys

from tests.support.database import free_port


class Sink:
    """The mail server's process."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.smtp_sink", str(self.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._line()

    def counts(self) -> tuple[int, int]:
        """Return how many messages were accepted, and how many different ones."""
        assert self._process.stdin is not None
        print("?", file=self._process.stdin, flush=True)
        count, different = self._line().split()
        return int(count), int(different)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def close(self) -> None:
        """End it."""
        self._process.communicate(timeout=30)

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()
