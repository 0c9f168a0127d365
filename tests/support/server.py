"""The whole app as processes of its own, started and killed like any operator or accident would."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from hosting.network import answers
from tests.support.database import free_port
from tests.support.waiting import eventually

REPOSITORY = Path(__file__).resolve().parents[2]
# All servers of a test process share their compiled templates.
_COMPILED = TemporaryDirectory(prefix="bookwell-templates-")
PASSWORD = "bookwell-demo"


@dataclass
class Server:
    """`python run.py`, or what stands in for it, under a data folder of its own on a free port."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    command: Sequence[str] = ("run.py",)

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def mail_folder(self) -> Path:
        """Where it writes e-mails when no mail server is set."""
        return self.folder / "data" / "mail"

    @property
    def log(self) -> Path:
        """What it printed."""
        return self.folder / "server.log"

    def start(self) -> "Server":
        """Start it and wait until it can serve."""
        data = self.folder / "data"
        _share_compiled(data)
        environment = {
            name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")
        }
        environment |= {"DATA_DIR": str(data), "PORT": str(self.port)}
        environment |= {"WEB_PROCESSES": "1", **self.settings}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.command],
                cwd=REPOSITORY,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            eventually(self._serves, within=180)
        except AssertionError:
            self.kill()
            raise
        return self

    def _serves(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            raise AssertionError(f"the app ended: {self.log.read_text()[-3000:]}")
        # A client is dear, and while the app starts, every bit of the machine is wanted elsewhere.
        if not answers(self.port):
            return False
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """SIGKILL every process of it at once."""
        assert self.process is not None
        # All of them may have ended by themselves.
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> int:
        """SIGTERM it and return its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(60)


def _share_compiled(data: Path) -> None:
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (data / "templates").exists():
        (data / "templates").symlink_to(_COMPILED.name, target_is_directory=True)


@contextmanager
def running_app(folder: Path, **settings: str) -> Iterator[Server]:
    """Run the app under a folder until the block ends."""
    server = Server(folder, settings).start()
    try:
        yield server
    finally:
        if server.process is not None and server.process.poll() is None:
            server.stop()
