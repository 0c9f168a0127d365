"""Changing the key that reasons for visits are encrypted with, from the command line."""

from pathlib import Path

from domain.sealing import new_key
from tests.hosting.conftest import Visit
from tests.hosting.processes import run_py
from tests.support.demo import MoveIn
from tests.support.server import running_app


def test_the_kept_key_changes_and_reasons_are_read_as_before(
    tmp_path: Path, move_in: MoveIn, visit: Visit
) -> None:
    kept = move_in(tmp_path) / "data" / "encryption_keys"
    before = kept.read_text()
    rotated = run_py(tmp_path, "rotate-keys")
    assert rotated.returncode == 0, rotated.stderr
    assert "values were encrypted anew" in rotated.stdout
    assert int(rotated.stdout.split()[0]) > 10
    after = kept.read_text()
    assert (len(after.split()), kept.stat().st_mode & 0o777) == (1, 0o600)
    assert after != before
    with running_app(tmp_path) as server:
        desk = visit(server.url).sign_in("desk@example.org")
        while_it_runs = run_py(tmp_path, "rotate-keys")
        shown = desk.get("/desk.csv?until=2100-01-01").text
        assert "Annual check-up" in shown
    assert while_it_runs.returncode == 1
    assert "already running" in while_it_runs.stderr


def test_a_lost_key_stops_the_start_with_what_to_do(tmp_path: Path, move_in: MoveIn) -> None:
    (move_in(tmp_path) / "data" / "encryption_keys").write_text(new_key())
    ended = run_py(tmp_path, "demo")
    assert ended.returncode == 1
    assert "put the former key back" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_malformed_key_is_named(tmp_path: Path) -> None:
    ended = run_py(tmp_path, "check", ENCRYPTION_KEYS="short")
    assert ended.returncode == 2
    assert ended.stderr.startswith("Error: ENCRYPTION_KEYS cannot be used: ")
    assert "short" not in ended.stderr.removeprefix("Error: ENCRYPTION_KEYS")
