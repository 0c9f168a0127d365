"""Commands of run.py as processes, and a look at the processes that they leave."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.server import REPOSITORY


def run_py(
    folder: Path, *arguments: str, typed: str = "", **settings: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end, with a folder's `data` as its data folder."""
    environment = {
        name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")
    }
    environment |= {"DATA_DIR": str(folder / "data"), **settings}
    return subprocess.run(
        [sys.executable, str(REPOSITORY / "run.py"), *arguments],
        cwd=folder,
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
    )


def database_processes(folder: Path) -> list[int]:
    """Return the embedded databases that run on a folder's data."""
    wanted = f"--storage-path={(folder / 'data' / 'db').resolve()}".encode()
    return [
        int(process.name)
        for process in Path("/proc").iterdir()
        if process.name.isdigit() and wanted in _command_line(process)
    ]


def _command_line(process: Path) -> list[bytes]:
    try:
        return (process / "cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return []
