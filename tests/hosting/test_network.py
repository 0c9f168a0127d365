"""Demo logins and strangers."""

from pathlib import Path

import pytest

from tests.hosting.conftest import Visit
from tests.hosting.processes import run_py
from tests.support.demo import MoveIn
from tests.support.server import running_app

EVERYWHERE = "0.0.0.0"


@pytest.fixture
def demo_folder(tmp_path: Path, move_in: MoveIn) -> Path:
    """A folder with the demo clinic's data."""
    return move_in(tmp_path)


def test_a_demo_clinic_is_not_served_to_strangers(demo_folder: Path) -> None:
    for setting in ({"HOST": EVERYWHERE}, {"PUBLIC_URL": "https://clinic.example.org"}):
        ended = run_py(demo_folder, DEMO="0", **setting)
        assert ended.returncode == 1
        assert "set DEMO=1" in ended.stderr


def test_a_demo_clinic_is_served_to_strangers_when_that_is_asked_for(
    demo_folder: Path, visit: Visit
) -> None:
    with running_app(demo_folder, HOST=EVERYWHERE, DEMO="1") as server:
        visit(server.url).sign_in("desk@example.org")
        assert "anybody who reaches this address" in server.log.read_text()


def test_an_app_on_a_network_starts_without_a_demo_clinic(tmp_path: Path, visit: Visit) -> None:
    with running_app(tmp_path, HOST=EVERYWHERE) as server:
        visitor = visit(server.url)
        visitor.get("/login")
        refused = visitor.post("/login", email="desk@example.org", password="bookwell-demo")
        assert refused.status_code == 422
        assert "no demo clinic on a network" in server.log.read_text()
