"""Who uses a data folder: one process at a time, known by its number and address."""

import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

_PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, kw_only=True)
class Occupant:
    """The process that uses a data folder; `database_port` is 0 until its database answers."""

    pid: int
    doing: str
    database_port: int = 0


class Occupied(Exception):
    """The data folder is in use; the message says by whom and what to do."""

    def __init__(self, data_dir: Path, occupant: Occupant | None) -> None:
        who = f"process {occupant.pid} {occupant.doing}" if occupant else "another process uses it"
        super().__init__(
            f"Bookwell is already running on {data_dir}: {who}. "
            "Stop it first, or set DATA_DIR to another folder."
        )


class UnusableFolder(Exception):
    """The data folder cannot be made or written to, or lacks a key; the message says why."""


class Occupancy:
    """A held data folder. The lock lives as long as any process that inherited `descriptor`."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def note(self, occupant: Occupant) -> None:
        """Write down who holds the folder."""
        text = json.dumps(asdict(occupant)).encode()
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, text, 0)

    def release(self) -> None:
        """Give the folder up; other processes may still hold it."""
        os.close(self.descriptor)


def occupy(data_dir: Path, doing: str) -> Occupancy:
    """Take the data folder, making it if missing.

    A holder that was killed may leave its database closing behind it: that is waited for.

    Raises:
        Occupied: a living process holds it.
        UnusableFolder: it cannot be made or written to.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(_lock_path(data_dir), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise UnusableFolder(f"DATA_DIR cannot be used: {error}.") from error
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not _locked(descriptor):
        occupant = occupant_of(data_dir)
        if (occupant and _alive(occupant.pid)) or time.monotonic() > deadline:
            os.close(descriptor)
            raise Occupied(data_dir, occupant)
        time.sleep(0.05)
    occupancy = Occupancy(descriptor)
    occupancy.note(Occupant(pid=os.getpid(), doing=doing))
    return occupancy


def occupant_of(data_dir: Path) -> Occupant | None:
    """Return who held the data folder last, or None if nobody did or it is being written."""
    try:
        return Occupant(**json.loads(_lock_path(data_dir).read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _lock_path(data_dir: Path) -> Path:
    return data_dir / "lock"


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
