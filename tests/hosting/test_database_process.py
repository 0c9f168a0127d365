"""The embedded database's own process, told to end."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from hosting.network import answers
from tests.support.database import free_port, secantus_command
from tests.support.server import REPOSITORY
from tests.support.waiting import eventually

TELLS_WHO_IS_LEFT = """
import atexit, sys, threading
from hosting.secantusd import main
atexit.register(lambda: print(*(thread.name for thread in threading.enumerate())))
sys.exit(main())
"""


@pytest.fixture
def process(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """The process after somebody has written something, which tells what runs at its end."""
    port = free_port()
    options = secantus_command(port, tmp_path)[2:]
    process = subprocess.Popen(
        [sys.executable, "-c", TELLS_WHO_IS_LEFT, *options],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        eventually(lambda: answers(port))
        with MongoClient[Any](f"mongodb://127.0.0.1:{port}/?replicaSet=secantus") as client:
            client["clinic"]["slots"].insert_one({})
        yield process
        process.kill()


def test_nobody_waits_any_more_for_somebody_who_connects(process: "subprocess.Popen[str]") -> None:
    said, _ = process.communicate()
    assert "secantus-accept" not in said
    assert process.returncode == 0


def test_it_ends_in_order_however_often_it_is_told(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.close()
    while process.poll() is None:
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 0
