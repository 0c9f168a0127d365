"""The demo clinic's data, made once for a whole test run and copied wherever it is needed."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hosting.processes import run_py

MoveIn = Callable[[Path], Path]


def demo_data(factory: pytest.TempPathFactory) -> Path:
    """Return a data folder as `run.py demo` left it; all processes of a test run share one."""
    folder = _of_the_whole_run(factory) / "demo"
    folder.mkdir(exist_ok=True)
    with (folder / "making").open("w") as making:
        fcntl.flock(making, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            made = run_py(folder, "demo")
            assert made.returncode == 0, made.stderr
            (folder / "made").touch()
    return folder / "data"


def copied(data: Path, folder: Path) -> Path:
    """Copy a data folder to where an app under `folder` looks for it, and return `folder`."""
    shutil.copytree(data, folder / "data")
    return folder


def _of_the_whole_run(factory: pytest.TempPathFactory) -> Path:
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
