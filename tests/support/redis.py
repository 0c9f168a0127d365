"""A real redis-server that can be killed, emptied and started again."""

import shutil
import subprocess
from pathlib import Path

from redis import Redis

from hosting.network import answers
from tests.support.database import free_port
from tests.support.waiting import eventually


class RedisServer:
    """Redis with an append-only file, on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder / "redis"
        self._folder.mkdir()

    def start(self) -> "RedisServer":
        """Serve what the folder holds."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--appendonly", "yes", "--appendfsync", "always", "--dir", str(self._folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        eventually(lambda: answers(self.port))
        return self

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self._process.kill()
        self._process.wait(30)

    def empty(self) -> None:
        """Forget everything."""
        with Redis.from_url(self.url) as client:
            client.flushall()

    def lose_everything(self) -> None:
        """Lose the disk, too; call it while the server is down."""
        shutil.rmtree(self._folder)
        self._folder.mkdir()

    def everything(self) -> bytes:
        """Return all that was ever written to the append-only file."""
        return b"".join(path.read_bytes() for path in self._folder.rglob("*.aof"))
