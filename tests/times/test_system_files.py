"""The pinned rules win over whatever the machine has."""

import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from tests.support.server import REPOSITORY

ASK = """
from datetime import datetime, timedelta
from zoneinfo import TZPATH, ZoneInfo
noon = datetime(2026, 12, 1, 12)
zone = ZoneInfo("Europe/Berlin")
print(noon.replace(tzinfo=zone).utcoffset() / timedelta(hours=1))
"""
EVERY_ENTRY = [
    "domain.walltime",
    "domain.clinic",
    "listeners.wording",
    "webapp",
    "hosting.settings",
    "run",
]


@pytest.fixture
def wrong_files(tmp_path: Path) -> Path:
    """System files that say that Berlin keeps New York's time."""
    wrong = tmp_path / "Europe" / "Berlin"
    wrong.parent.mkdir()
    wrong.write_bytes((files("tzdata") / "zoneinfo" / "America" / "New_York").read_bytes())
    return tmp_path


def offset(wrong_files: Path, program: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONTZPATH": str(wrong_files)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return ended.stdout.strip()


@pytest.mark.parametrize("entry", EVERY_ENTRY)
def test_a_wrong_system_file_does_not_win(wrong_files: Path, entry: str) -> None:
    assert offset(wrong_files, f"import {entry}\n{ASK}") == "1.0"


def test_it_does_win_where_nobody_takes_care(wrong_files: Path) -> None:
    assert offset(wrong_files, ASK) == "-5.0"


def test_a_zone_that_was_read_before_does_not_stay(wrong_files: Path) -> None:
    before = 'from zoneinfo import ZoneInfo\nZoneInfo("Europe/Berlin")\nimport domain.walltime\n'
    assert offset(wrong_files, before + ASK) == "1.0"
