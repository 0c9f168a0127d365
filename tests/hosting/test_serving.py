"""The app as an operator meets it: starting, ending, and what becomes of its database."""

import os
import resource
import signal
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.hosting.conftest import Visit
from tests.hosting.processes import database_processes, run_py
from tests.support.database import answers
from tests.support.demo import MoveIn
from tests.support.server import Server, running_app
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, move_in: MoveIn) -> Path:
    return move_in(tmp_path_factory.mktemp("serving"))


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    """The app on data that the tests before have left."""
    with running_app(folder) as server:
        yield server


def test_it_says_where_it_serves_and_who_may_sign_in(server: Server) -> None:
    printed = eventually(
        lambda: "bookwell-demo" in server.log.read_text() and server.log.read_text()
    )
    assert f"Bookwell serves {server.url} " in printed
    for login in ("patient", "doctor", "desk", "admin"):
        assert f"{login}@example.org" in printed


def test_a_termination_ends_all_of_it_with_exit_code_zero(server: Server) -> None:
    assert httpx.get(f"{server.url}/healthz").status_code == 200
    assert len(database_processes(server.folder)) == 1
    assert server.stop() == 0
    assert database_processes(server.folder) == []


def test_control_c_in_a_terminal_ends_it_with_exit_code_zero(server: Server) -> None:
    assert server.process is not None
    os.killpg(server.process.pid, signal.SIGINT)
    assert server.process.wait(60) == 0
    assert database_processes(server.folder) == []


def test_it_opens_as_many_connections_as_the_system_lets_it(folder: Path) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with_few_files = (
        "import os, resource, sys;"
        f"resource.setrlimit(resource.RLIMIT_NOFILE, (256, {most}));"
        "os.execv(sys.executable, [sys.executable, 'run.py'])"
    )
    server = Server(folder, command=("-c", with_few_files)).start()
    assert server.process is not None
    try:
        allowed, _ = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
    finally:
        server.stop()
    assert allowed > 256


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_request_under_way_is_answered_before_the_end(
    server: Server, ending: signal.Signals
) -> None:
    assert server.process is not None
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
        client.sendall(
            b"POST /login HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\n"
        )
        assert client.recv(100).startswith(b"HTTP/1.1 100 ")
        os.killpg(server.process.pid, ending)
        eventually(lambda: not answers(server.port))
        client.sendall(b"email=a")
        assert client.recv(100).startswith(b"HTTP/1.1 400 ")
    assert server.process.wait(60) == 0


def test_a_second_start_on_the_same_data_says_who_is_there(server: Server) -> None:
    assert server.process is not None
    second = run_py(server.folder, PORT="1")
    assert second.returncode == 1
    assert f"process {server.process.pid} serves {server.url}" in second.stderr
    assert str(server.folder / "data") in second.stderr
    assert "Traceback" not in second.stderr
    assert httpx.get(f"{server.url}/readyz").status_code == 200


def test_a_killed_database_is_started_again_and_the_app_goes_on(
    server: Server, visit: Visit
) -> None:
    visitor = visit(server.url).sign_in("patient@example.org")
    (killed,) = database_processes(server.folder)
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: database_processes(server.folder) not in ([], [killed]))
    eventually(lambda: visitor.get("/appointments").status_code == 200, within=30)


def test_the_database_ends_when_the_app_is_killed(server: Server, visit: Visit) -> None:
    server.kill()
    eventually(lambda: database_processes(server.folder) == [])
    server.start()
    assert visit(server.url).sign_in("patient@example.org").get("/").status_code == 200


def test_a_start_right_after_a_kill_waits_for_the_database_to_close(server: Server) -> None:
    server.kill()
    server.start()
    assert len(database_processes(server.folder)) == 1


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = run_py(tmp_path, PORT=str(port))
    assert ended.returncode == 1
    assert f"127.0.0.1 port {port}" in ended.stderr
    assert "set HOST or PORT" in ended.stderr
    assert database_processes(tmp_path) == []


def test_the_secret_key_is_made_once_and_nobody_else_may_read_it(server: Server) -> None:
    path = server.folder / "data" / "secret_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key = path.read_text()
    server.stop()
    server.start()
    assert path.read_text() == key


def test_what_a_broken_client_sends_is_not_written_into_the_log(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(b"GET /?q=Amelia Canary HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 400 " in client.recv(100)
    assert "a malformed request was refused" in server.log.read_text()
    assert "Canary" not in server.log.read_text()


def test_an_endless_request_line_is_refused(server: Server) -> None:
    assert httpx.get(f"{server.url}/?q={'a' * 5000}").status_code == 414
