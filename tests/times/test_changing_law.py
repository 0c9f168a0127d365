"""Two versions of the world's time-zone law: what was booked under the old keeps its wall time."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import tzdata

from domain import clinic, clock
from domain.documents import Appointment, Slot
from domain.events.snapshots import appointment_facts
from domain.ids import parse_id
from domain.invitation import Method, invitation
from tests.conftest import Run
from tests.hosting.processes import run_py
from tests.support.server import REPOSITORY
from tests.times.letters import starts_of, wall_of

OLD_RULES = "tzdata==2025.2"
HOUR = timedelta(hours=1)
YEAR = clock.now().year + 1
WINTER, SUMMER = f"{YEAR}-12-01T09:00", f"{YEAR}-06-15T09:00"
# By how much the law has moved 09:00 since 2025b, as the pinned data tells it.
CHANGES = {
    ("America/Vancouver", WINTER): -HOUR,
    ("America/Vancouver", SUMMER): 0 * HOUR,
    ("America/Edmonton", WINTER): -HOUR,
    ("America/Edmonton", SUMMER): 0 * HOUR,
    ("America/Winnipeg", WINTER): -HOUR,
    ("America/Winnipeg", SUMMER): 0 * HOUR,
    ("Africa/Casablanca", WINTER): HOUR,
    ("Africa/Casablanca", SUMMER): HOUR,
    ("Europe/Berlin", WINTER): 0 * HOUR,
}


@pytest.fixture(scope="module")
def old_rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tzdata package of spring 2025, as PyPI has it."""
    folder: Path = tmp_path_factory.mktemp("old") / "rules"
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "--quiet", "--no-deps", "--target", str(folder), OLD_RULES], check=True, timeout=300
    )
    return folder


def booked_under(rules: Path, uri: str) -> dict[str, Any]:
    arguments = [uri, "tests", *(part for pair in CHANGES for part in pair)]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.times.under_other_rules", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(rules)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def right_moment(zone: str, wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def reproject(folder: Path, uri: str, *options: str) -> "subprocess.CompletedProcess[str]":
    settings = {"MONGODB_URI": uri, "MONGODB_DATABASE": "tests", "SECRET_KEY": "k" * 32}
    return run_py(folder, "reproject", *options, **settings)


def test_nine_o_clock_stays_nine_o_clock_when_the_law_changes(
    run: Run, mongodb_uri: str, old_rules: Path, tmp_path: Path
) -> None:
    done = booked_under(old_rules, mongodb_uri)
    assert (done["rules"], tzdata.IANA_VERSION > "2025b") == ("2025b", True)
    found = dict(zip(CHANGES, done["booked"], strict=True))
    moved = {pair for pair, by in CHANGES.items() if by}
    for pair, one in found.items():
        change = right_moment(*pair) - datetime.fromisoformat(one["starts_at"])
        print(f"{pair[0]} {pair[1]}: {change / HOUR:+g} h from 2025b to {tzdata.IANA_VERSION}")
        assert change == CHANGES[pair], pair

    dry = reproject(tmp_path, mongodb_uri, "--dry-run")
    assert told(dry.stdout, "would move") == {found[pair]["reference"] for pair in moved}
    for one in found.values():
        assert stored(run, Slot, one["slot"]).starts_at.isoformat() == one["starts_at"]

    did = reproject(tmp_path, mongodb_uri)
    assert told(did.stdout, "moved") == {found[pair]["reference"] for pair in moved}
    assert (dry.returncode, did.returncode) == (0, 0)
    for (zone, wall), one in found.items():
        hold_wall_time(run, zone, wall, one)
    assert told(reproject(tmp_path, mongodb_uri).stdout, "moved") == set()


def hold_wall_time(run: Run, zone: str, wall: str, one: dict[str, str]) -> None:
    """Slot, appointment and calendar file all mean the wall time, under the new rules."""
    appointment = stored(run, Appointment, one["appointment"])
    for kept in (stored(run, Slot, one["slot"]), appointment):
        local = kept.starts_at.astimezone(ZoneInfo(zone))
        assert f"{local:%Y-%m-%dT%H:%M}" == kept.wall_start == wall
        assert kept.ends_at - kept.starts_at == timedelta(minutes=30)
    clinic.configure(clinic.Clinic(timezone=zone))
    facts = appointment_facts(appointment)
    file = invitation(facts, Method.REQUEST, stamped_at=clock.now(), url="https://example.org")
    assert starts_of(file) == right_moment(zone, wall)
    if "TZID" in file.decode():
        assert f"{wall_of(file):%Y-%m-%dT%H:%M}" == wall
    assert appointment.sequence == (1 if CHANGES[zone, wall] else 0)


def told(report: str, verb: str) -> set[str]:
    """Return the references of the appointments in lines that begin with a verb."""
    return set(re.findall(rf"^{verb} +slot \w+ \(appointment (\S+)\)", report, re.M))


def stored(run: Run, document: type[Any], identifier: str) -> Any:
    return run(document.get(parse_id(identifier)))
