"""Clients who are slow, silent or gone hold up nobody else, and are served if they mean well."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.server import Server, running_app

# So many more than there are threads that they cannot be waited for one after the other.
CROWD = 300
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
FORM = (
    b"POST /login HTTP/1.1\r\nHost: x\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_app(tmp_path_factory.mktemp("slow"), DEMO="0") as server:
        yield server


def connected(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=60)


@contextmanager
def crowd(server: Server, saying: bytes) -> Iterator[list[socket.socket]]:
    """Connect many who say this much and no more."""
    with ExitStack() as open_ones:
        clients = [open_ones.enter_context(connected(server)) for _ in range(CROWD)]
        for client in clients:
            client.sendall(saying)
        yield clients


def is_served(server: Server) -> bool:
    return httpx.get(f"{server.url}/healthz", timeout=60).status_code == 200


def answer(client: socket.socket) -> bytes:
    """Return how the answer begins; nothing, if there is none before the end."""
    try:
        return client.recv(12)
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize(
    "saying",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(HEALTH, id="half a request"),
        pytest.param(FORM + b"\r\nemai", id="half a form"),
        pytest.param(HEALTH + b"Connection: close\r\n\r\n", id="no good-bye"),
    ],
)
def test_many_who_say_only_so_much_keep_nobody_waiting(server: Server, saying: bytes) -> None:
    with crowd(server, saying):
        assert is_served(server)


def test_whoever_ends_within_a_request_is_let_go(server: Server) -> None:
    with crowd(server, HEALTH) as clients:
        for client in clients:
            client.shutdown(socket.SHUT_WR)
        assert [answer(client) for client in clients] == CROWD * [b""]
    assert is_served(server)


def test_a_request_that_comes_byte_by_byte_is_answered(server: Server) -> None:
    with connected(server) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in HEALTH + b"\r\n":
            client.send(bytes([byte]))
        assert answer(client) == b"HTTP/1.1 200"


def test_a_form_whose_fields_come_late_is_read_whole(server: Server) -> None:
    with connected(server) as client:
        client.sendall(FORM + b"\r\nemai")
        assert is_served(server)
        client.sendall(b"l=a")
        assert answer(client) == b"HTTP/1.1 400"  # it has no token


def test_requests_that_are_sent_together_are_answered_one_after_the_other(server: Server) -> None:
    with connected(server) as client:
        client.sendall(2 * (HEALTH + b"\r\n") + HEALTH + b"Connection: close\r\n\r\n")
        received = b""
        while more := client.recv(4096):
            received += more
    assert received.count(b"HTTP/1.1 200") == 3


def test_on_a_kept_connection_half_of_the_next_request_keeps_nobody_waiting(server: Server) -> None:
    with crowd(server, HEALTH + b"\r\n") as clients:
        for client in clients:
            assert answer(client) == b"HTTP/1.1 200"
            client.sendall(HEALTH)
        assert is_served(server)
        clients[0].sendall(b"\r\n")
        while b"HTTP/1.1 200" not in (received := clients[0].recv(4096)):
            assert received


def test_whoever_never_finishes_is_let_go(server: Server) -> None:
    with connected(server) as half_a_request, connected(server) as no_form:
        half_a_request.sendall(HEALTH)
        # It asks to be told to go on, and a thread waits for what it then does not send.
        no_form.sendall(FORM + b"Expect: 100-continue\r\n\r\n")
        for client in (half_a_request, no_form):
            while answer(client):
                pass
    assert is_served(server)


def test_an_upload_that_is_too_large_is_told_so_before_it_is_read(server: Server) -> None:
    with connected(server) as client:
        head = FORM.replace(b"Content-Length: 7", b"Content-Length: 9000000")
        client.sendall(head + b"\r\n" + 70_000 * b"a")
        assert answer(client) == b"HTTP/1.1 413"


def test_it_ends_at_once_though_many_have_begun_to_ask(tmp_path: Path) -> None:
    with running_app(tmp_path, DEMO="0") as server, crowd(server, HEALTH):
        assert is_served(server)
        assert server.stop() == 0
