"""A crowd wants the same few times at once; bench/flash_crowd.py does it with ten thousand."""

import subprocess
import sys

import pytest

from tests.support.racing import rounds
from tests.support.server import REPOSITORY


@pytest.mark.probe
def test_each_time_is_given_once_and_all_others_are_told_so() -> None:
    clients, seconds = rounds(full=("1000", "10"), short=("120", "2"))
    crowd = ["--clients", clients, "--seconds", seconds, "--doctors", "2", "--times", "5"]
    done = subprocess.run(
        [sys.executable, "-m", "bench.flash_crowd", *crowd, "--processes", "1"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
