"""A real SecantusDB process for a test run."""

import signal
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hosting.network import answers, reserved_port
from tests.support.waiting import eventually

_keepers: list[socket.socket] = []


def free_port() -> int:
    """Return a loopback port that only who is told of it can listen on, while the tests run."""
    _keepers.append(reserved_port())
    return int(_keepers[-1].getsockname()[1])


def secantus_command(port: int, folder: Path, *, outlives_kills: bool = True) -> list[str]:
    """Return the command line of a SecantusDB server, which waits for the disk at each write.

    Unless nothing of it need outlive a kill: then a write takes a third of the time.
    """
    durability = ["--sync-on-commit"] if outlives_kills else []
    executable = Path(sysconfig.get_path("scripts")) / "secantusd-py"
    return [
        sys.executable,
        str(executable),
        "--host=127.0.0.1",
        f"--port={port}",
        f"--storage-path={folder}",
        "--cache-size=256M",
        "--log-level=WARNING",
        *durability,
    ]


@contextmanager
def running_secantus(folder: Path, *, outlives_kills: bool = True) -> Iterator[str]:
    """Run a SecantusDB server under a folder and yield its address."""
    port = free_port()
    with (folder / "secantus.log").open("wb") as log:
        process = subprocess.Popen(
            secantus_command(port, folder / "data", outlives_kills=outlives_kills),
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )
        try:
            eventually(lambda: answers(port), within=60)
            yield f"mongodb://127.0.0.1:{port}/?replicaSet=secantus"
        finally:
            # Nothing of it is kept; asked politely, it takes two seconds and may not end at all.
            process.kill()
            process.wait(30)


class Database:
    """A database server that can be killed, frozen, and started again on its data."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.uri = f"mongodb://127.0.0.1:{self.port}/?replicaSet=secantus"
        self._folder = folder
        self.start()

    def start(self) -> None:
        """Serve what the folder holds."""
        command = secantus_command(self.port, self._folder / "data")
        with (self._folder / "secantus.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder)
        eventually(lambda: answers(self.port), within=60)

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self._process.kill()
        self._process.wait(30)

    def freeze(self) -> None:
        """Let it answer nobody, with all connections open, as a machine in trouble does."""
        self._process.send_signal(signal.SIGSTOP)
        # On a busy machine it answers until the thread that was told has had its turn.
        eventually(self._stands_still)

    def _stands_still(self) -> bool:
        threads = Path(f"/proc/{self._process.pid}/task").glob("*/stat")
        return all(one.read_text().rpartition(")")[2].split()[0] == "T" for one in threads)

    def thaw(self) -> None:
        """Let it go on where it was."""
        self._process.send_signal(signal.SIGCONT)
