"""The keys that are made once and kept under the data folder."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hosting.encryption_keys import kept_keys
from hosting.occupancy import UnusableFolder
from hosting.secret_key import kept_secret_key
from tests.hosting.processes import run_py
from tests.support.server import REPOSITORY

KEPT: dict[str, Callable[[Path], object]] = {
    "secret_key": kept_secret_key,
    "encryption_keys": kept_keys,
}
ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from hosting.encryption_keys import kept_keys
from hosting.secret_key import kept_secret_key
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
{"secret_key": kept_secret_key, "encryption_keys": kept_keys}[sys.argv[1]](Path(sys.argv[2]))
"""


@pytest.mark.parametrize("name", KEPT)
def test_a_key_that_could_not_be_written_is_not_half_there(tmp_path: Path, name: str) -> None:
    command = [sys.executable, "-c", ON_A_FULL_DISK, name, str(tmp_path)]
    ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert "File too large" in ended.stderr
    assert not (tmp_path / name).exists()
    assert KEPT[name](tmp_path) == KEPT[name](tmp_path)
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize("held", ["", "\n"])
def test_an_empty_key_is_refused_with_what_to_do(tmp_path: Path, name: str, held: str) -> None:
    (tmp_path / name).write_text(held)
    with pytest.raises(UnusableFolder, match=rf"{name} is empty: put back a copy of it"):
        KEPT[name](tmp_path)
    assert (tmp_path / name).read_text() == held


def test_a_command_says_that_a_key_is_empty_and_shows_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret_key").touch()
    ended = run_py(tmp_path, "reproject", "--dry-run")
    assert ended.returncode == 1
    assert "secret_key is empty" in ended.stderr
    assert "Traceback" not in ended.stderr
