"""The commands beside serving."""

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from hosting.network import answers
from tests.hosting.conftest import Visit
from tests.hosting.processes import database_processes, run_py
from tests.support.database import free_port, secantus_command
from tests.support.demo import MoveIn
from tests.support.redis import RedisServer
from tests.support.server import running_app
from tests.support.smtp import MailServer
from tests.support.waiting import eventually

ADA = ("user", "add", "--email", "ada@example.org", "--name", "Ada King", "--password-stdin")


@contextmanager
def standalone_database(folder: Path) -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen([*secantus_command(port, folder / "standalone"), "--standalone"])
    try:
        eventually(lambda: answers(port))
        yield f"mongodb://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.parametrize("command", [(), ("demo",), ("check",)])
def test_a_standalone_database_is_refused_with_what_to_do(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    with standalone_database(tmp_path) as uri:
        ended = run_py(tmp_path, *command, MONGODB_URI=uri, SECRET_KEY="k" * 32)
    assert ended.returncode == 1
    assert "--replSet" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_database_that_is_away_is_reported_in_a_sentence(tmp_path: Path) -> None:
    uri = f"mongodb://127.0.0.1:{free_port()}/?replicaSet=rs0"
    ended = run_py(tmp_path, MONGODB_URI=uri, SECRET_KEY="k" * 32)
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: The database does not answer: ")
    assert "MONGODB_URI" in ended.stderr


@pytest.mark.parametrize("uri", ["mongodb://", "mongodb://host:port/", "mongodb://a:b@c@d/"])
def test_a_malformed_database_address_is_reported_without_a_traceback(
    tmp_path: Path, uri: str
) -> None:
    ended = run_py(tmp_path, MONGODB_URI=uri, SECRET_KEY="k" * 32)
    assert ended.returncode == 2
    assert ended.stderr.startswith("Error: MONGODB_URI cannot be used: ")
    assert "Traceback" not in ended.stderr


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    ended = run_py(tmp_path, DATA_DIR="/proc/nowhere")
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: DATA_DIR cannot be used: ")


def test_a_person_who_was_added_while_the_app_runs_can_sign_in(
    tmp_path: Path, visit: Visit, move_in: MoveIn
) -> None:
    with running_app(move_in(tmp_path)) as server:
        added = run_py(tmp_path, *ADA, "--role", "receptionist", typed="a long password\n")
        assert added.returncode == 0, added.stderr
        visitor = visit(server.url).sign_in("ada@example.org", "a long password")
        assert visitor.get("/desk").status_code == 200


def test_people_can_be_added_while_the_app_does_not_run(tmp_path: Path) -> None:
    first = run_py(tmp_path, *ADA, "--role", "admin", typed="a long password\n")
    again = run_py(tmp_path, *ADA, "--role", "admin", typed="a long password\n")
    assert first.stdout == "Added admin ada@example.org.\n"
    assert again.returncode == 1
    assert "already an account" in again.stderr
    assert database_processes(tmp_path) == []


def test_a_short_password_is_refused_in_a_sentence(tmp_path: Path) -> None:
    ended = run_py(tmp_path, *ADA, "--role", "admin", typed="short\n")
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith("Error: password: ")
    assert "Traceback" not in ended.stderr


def test_the_demo_clinic_is_made_once(tmp_path: Path) -> None:
    assert run_py(tmp_path, "demo").stdout == "The demo clinic is ready.\n"
    assert run_py(tmp_path, "demo").stdout == "The demo clinic exists already.\n"


def test_a_check_finds_nothing_wrong_without_any_setting(tmp_path: Path) -> None:
    checked = run_py(tmp_path, "check")
    assert checked.returncode == 0, checked.stdout
    assert "tzdata 20" in checked.stdout
    assert "wrong " not in checked.stdout


def test_a_check_reaches_the_mail_server(tmp_path: Path) -> None:
    mail = MailServer().start()
    settings = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(mail.port)}
    there = run_py(tmp_path, "check", **settings)
    mail.close()
    gone = run_py(tmp_path, "check", **settings)
    assert (there.returncode, gone.returncode) == (0, 1)
    assert "wrong    mail: " in gone.stdout
    assert "MAIL_PORT" in gone.stdout


def test_a_check_trusts_the_mail_server_no_more_than_the_messages_do(tmp_path: Path) -> None:
    authority, known = trustme.CA(), tmp_path / "known.pem"
    authority.cert_pem.write_to_path(known)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    mail = MailServer(tls=context).start()
    settings = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(mail.port), "MAIL_USE_TLS": "1"}

    vouched_for = run_py(tmp_path, "check", SSL_CERT_FILE=str(known), **settings)
    unknown = run_py(tmp_path, "check", **settings)

    mail.close()
    assert (vouched_for.returncode, unknown.returncode) == (0, 1)
    assert "CERTIFICATE_VERIFY_FAILED" in unknown.stdout


def test_a_check_that_meets_what_nobody_thought_of_says_so_and_goes_on(tmp_path: Path) -> None:
    kept = tmp_path / "data"
    kept.mkdir()
    (kept / "secret_key").write_bytes(b"\xff" * 64)
    checked = run_py(tmp_path, "check")
    assert checked.returncode == 1
    assert "wrong    database: it cannot be used (UnicodeDecodeError: " in checked.stdout
    assert "right    mail: " in checked.stdout
    assert "Traceback" not in checked.stderr


def test_a_check_reaches_redis(tmp_path: Path, mongodb_uri: str) -> None:
    redis = RedisServer(tmp_path).start()
    settings = {"MONGODB_URI": mongodb_uri, "SECRET_KEY": "k" * 32, "REDIS_URL": redis.url}
    there = run_py(tmp_path, "check", **settings)
    redis.kill()
    gone = run_py(tmp_path, "check", **settings)
    assert (there.returncode, gone.returncode) == (0, 1)
    assert "right    Redis: version " in there.stdout
    assert "wrong    Redis: " in gone.stdout
    assert "REDIS_URL" in gone.stdout


def test_a_check_warns_of_what_is_unsafe(tmp_path: Path) -> None:
    checked = run_py(tmp_path, "check", HOST="0.0.0.0", DEMO="1", SECRET_KEY="bench")
    for about in ("DEMO", "MONGODB_URI", "SECRET_KEY", "PUBLIC_URL"):
        assert f"careful  {about}: " in checked.stdout


def test_load_shows_its_progress_and_makes_what_was_asked_for(tmp_path: Path) -> None:
    loaded = run_py(tmp_path, "load", "--doctors", "2", "--slots", "30", "--booked", "0.5")
    assert loaded.returncode == 0, loaded.stderr
    assert "slots" in loaded.stdout
