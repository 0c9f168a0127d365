"""The embedded SecantusDB as a child process of the app, under the data folder."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hosting.network import answers, reserved_port
from hosting.occupancy import Occupancy, Occupant, occupy

log = logging.getLogger(__name__)

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_STABLE_SECONDS = 60.0
_LONGEST_PAUSE = 30.0
_ROOT = Path(__file__).resolve().parent.parent


class NotStarted(Exception):
    """The embedded database did not come up; the message says where its log is."""


class EmbeddedDatabase:
    """A SecantusDB process on one free loopback port, which it keeps when it is started again."""

    def __init__(self, data_dir: Path, occupancy: Occupancy) -> None:
        self._port = reserved_port()
        self._folder = data_dir.resolve()
        self._occupancy = occupancy
        self._reading, self._writing = os.pipe()
        self._pause = 0.0
        self._process = self._spawn()

    @property
    def port(self) -> int:
        """Where it serves."""
        return int(self._port.getsockname()[1])

    @property
    def uri(self) -> str:
        """The address that drivers connect to."""
        return embedded_uri(self.port)

    @property
    def pid(self) -> int:
        """The number of the process that serves it now."""
        return self._process.pid

    def wait(self) -> None:
        """Return once it accepts connections, or raise NotStarted."""
        deadline = time.monotonic() + _START_SECONDS
        while not answers(self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise NotStarted(f"The embedded database did not start; see {self._log_path}.")
            time.sleep(0.02)

    def let_in(self, doing: str) -> None:
        """Tell commands that find the folder taken by whoever is `doing` this where it answers."""
        self._occupancy.note(Occupant(pid=os.getpid(), doing=doing, database_port=self.port))

    def keep_running(self) -> None:
        """Start the process again if it has died, at growing intervals if it dies at once."""
        if self._process.poll() is None:
            return
        lived = time.monotonic() - self._started
        if lived < self._pause:
            return
        log.error("the embedded database ended unexpectedly; starting it again")
        longer = min(max(1.0, self._pause * 2), _LONGEST_PAUSE)
        self._pause = 0.0 if lived > _STABLE_SECONDS else longer
        self._process = self._spawn()

    def stop(self) -> None:
        """Close the database and wait until its process has ended."""
        os.close(self._writing)
        os.close(self._reading)
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            log.warning("the embedded database did not close in time; killing it")
            self._process.kill()
            self._process.wait()
        self._port.close()

    @property
    def _log_path(self) -> Path:
        return self._folder / "logs" / "database.log"

    def _spawn(self) -> "subprocess.Popen[bytes]":
        self._log_path.parent.mkdir(parents=True, exist_ok=True)
        self._started = time.monotonic()
        with self._log_path.open("ab") as output:
            return subprocess.Popen(  # noqa: S603 - our own command line
                self._command(),
                cwd=_ROOT,
                stdin=self._reading,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C in a terminal reaches the app alone, which still needs its database.
                start_new_session=True,
                # The folder stays locked until this process, too, has ended.
                pass_fds=(self._occupancy.descriptor,),
            )

    def _command(self) -> list[str]:
        return [
            sys.executable,
            "-m",
            "hosting.secantusd",
            "--host=127.0.0.1",
            f"--port={self.port}",
            f"--storage-path={self._folder / 'db'}",
            "--cache-size=256M",
            "--log-level=WARNING",
            "--sync-on-commit",
        ]


@contextmanager
def own_database(data_dir: Path, doing: str) -> Iterator[EmbeddedDatabase]:
    """Take the data folder and run its database for the length of a block.

    Raises:
        Occupied: another process uses the folder.
        NotStarted: the database does not come up.
    """
    occupancy = occupy(data_dir, doing)
    try:
        database = EmbeddedDatabase(data_dir, occupancy)
        try:
            database.wait()
            yield database
        finally:
            database.stop()
    finally:
        occupancy.release()


def embedded_uri(port: int) -> str:
    """Return the address of an embedded database on a port."""
    return f"mongodb://127.0.0.1:{port}/?replicaSet=secantus"
