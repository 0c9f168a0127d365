"""`compose.yaml` names settings, commands and services that there are."""

import re
from datetime import timedelta
from typing import Any

import pytest
import yaml

import run
from hosting.settings import Settings
from tests.support.server import REPOSITORY

_VARIABLE = re.compile(r"\$\{(\w+)(:-|:\?)([^}]*)\}")
SECRET = {"SECRET_KEY": "s" * 40}
OUTSIDE = {
    "HOST": "127.0.0.1",
    "PORT": "9000",
    "DATA_DIR": "var",
    "MONGODB_URI": "mongodb://127.0.0.1:27017/?replicaSet=rs0",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}
OPERATORS = {
    "SECOND_FACTOR_REQUIRED": "1",
    "CLINIC_PHONE": "030 1234",
    "KEEP_AUDIT": "P30D",
    "TRUSTED_PROXIES": "1",
    "MAIL_SERVER": "smtp.example.org",
}


def composed(**env: str) -> dict[str, Any]:
    """Return the file as compose reads it where the secret and these are set."""
    text, env = (REPOSITORY / "compose.yaml").read_text(), SECRET | env
    filled = _VARIABLE.sub(lambda m: env.get(m[1]) or m[3], text)
    loaded: dict[str, Any] = yaml.safe_load(filled)
    return loaded


@pytest.mark.parametrize("name", ["web", "worker"])
def test_its_settings_are_known_and_accepted(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    read = read_in_container(monkeypatch, name)
    assert (read.embedded, read.demo_mode, read.mail_server) == (False, False, "mailpit")
    assert read.redis_url is not None
    assert (read.clinic_name, read.trusted_proxies) == ("Bookwell Clinic", 0)


@pytest.mark.parametrize("name", ["web", "worker"])
def test_all_that_an_operator_sets_arrives_and_nothing_of_it_leads_out_of_the_services(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    without = read_in_container(monkeypatch, name)
    read = read_in_container(monkeypatch, name, **OUTSIDE, **OPERATORS)
    for pinned in map(str.lower, OUTSIDE):
        assert getattr(read, pinned) == getattr(without, pinned)
    assert read.second_factor_required
    assert (read.clinic_phone, read.keep_audit) == ("030 1234", timedelta(days=30))
    assert (read.trusted_proxies, read.mail_server) == (1, "smtp.example.org")


def test_mails_reach_the_mailbox_of_the_services(monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_in_container(monkeypatch, "worker")
    listens_at = composed()["services"]["mailpit"]["environment"]["MP_SMTP_BIND_ADDR"]
    assert listens_at == f"0.0.0.0:{read.smtp_port}"


@pytest.mark.parametrize(("tls", "port"), [("", 25), ("1", 587)])
def test_the_name_of_ones_own_mail_server_is_enough(
    monkeypatch: pytest.MonkeyPatch, tls: str, port: int
) -> None:
    own = {"MAIL_SERVER": "smtp.example.org", "MAIL_USE_TLS": tls}
    read = read_in_container(monkeypatch, "web", PUBLIC_URL="https://clinic.example.net", **own)
    assert (read.smtp_port, read.sender) == (port, "bookwell@clinic.example.net")


def read_in_container(monkeypatch: pytest.MonkeyPatch, name: str, **env: str) -> Settings:
    """Return the settings that a service reads where these are set outside of it."""
    given = composed(**env)["services"][name]["environment"]
    assert {one.lower() for one in given} == set(Settings.model_fields)
    for setting, value in given.items():
        monkeypatch.setenv(setting, "" if value is None else str(value))
    return Settings(_env_file=None)  # type: ignore[call-arg]


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
