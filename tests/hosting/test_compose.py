"""`compose.yaml` names settings, commands and services that there are."""

import re
from typing import Any

import pytest
import yaml

import run
from hosting.settings import Settings
from tests.support.server import REPOSITORY

_VARIABLE = re.compile(r"\$\{(\w+)(:-|:\?)([^}]*)\}")
SECRET = "s" * 40


def composed() -> dict[str, Any]:
    """Return the file as compose reads it where nothing is set but the secret."""
    text = (REPOSITORY / "compose.yaml").read_text()
    filled = _VARIABLE.sub(lambda m: m[3] if m[2] == ":-" else SECRET, text)
    loaded: dict[str, Any] = yaml.safe_load(filled)
    return loaded


@pytest.mark.parametrize("name", ["web", "worker"])
def test_its_settings_are_known_and_accepted(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    settings = composed()["services"][name]["environment"]
    assert {one.lower() for one in settings} <= set(Settings.model_fields)
    for setting, value in settings.items():
        monkeypatch.setenv(setting, "" if value is None else str(value))
    read = Settings(_env_file=None)  # type: ignore[call-arg]
    assert (read.embedded, read.demo_mode, read.mail_server) == (False, False, "mailpit")
    assert read.redis_url is not None


def test_only_the_secret_must_be_set() -> None:
    text = (REPOSITORY / "compose.yaml").read_text()
    assert {m[1] for m in _VARIABLE.finditer(text) if m[2] == ":?"} == {"SECRET_KEY"}


def test_its_services_commands_and_volumes_exist() -> None:
    loaded = composed()
    services = loaded["services"]
    assert set(services) == {"web", "worker", "mongodb", "redis", "mailpit"}
    assert services["worker"]["command"][0] in run.bookwell.commands
    assert services["worker"]["deploy"]["replicas"] == 2
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        for volume in service.get("volumes", []):
            assert volume.partition(":")[0] in loaded["volumes"]


def test_nothing_but_this_machine_reaches_its_ports() -> None:
    ports = [port for one in composed()["services"].values() for port in one.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_image_holds_every_room() -> None:
    copied = (REPOSITORY / "Dockerfile").read_text()
    for room in ("domain", "listeners", "webapp", "hosting"):
        assert f"COPY {room} ./{room}\n" in copied
