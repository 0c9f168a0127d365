"""What is far too much is refused at once, and costs next to nothing, over real HTTP."""

import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.demo import MoveIn
from tests.support.server import Server, running_app

MEGABYTE = 1024 * 1024
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, move_in: MoveIn) -> Iterator[Server]:
    with running_app(move_in(tmp_path_factory.mktemp("modest"))) as running:
        yield running


def family(pid: int) -> list[int]:
    children = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        children += [int(one) for one in (task / "children").read_text().split()]
    return [pid, *(one for child in children for one in family(child))]


def memory(server: Server) -> int:
    """Return how many bytes the app's own processes hold, without its database."""
    assert server.process is not None
    total = 0
    for pid in family(server.process.pid):
        if b"secantus" not in Path(f"/proc/{pid}/cmdline").read_bytes():
            status = Path(f"/proc/{pid}/status").read_text()
            total += int(status.split("VmRSS:")[1].split()[0]) * 1024
    return total


def sent(server: Server, body: bytes, kind: str, repeat: int = 1) -> tuple[int, float]:
    """Send a body as fast as it is taken; return the status and the seconds until it came."""
    size, started = len(body) * repeat, time.monotonic()
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=30)) as connection:
        head = f"POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n"
        connection.sendall(f"{head}Content-Length: {size}\r\n\r\n".encode())
        try:
            for _ in range(repeat):
                connection.sendall(body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it does not want to hear the rest
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, time.monotonic() - started


PARTS = b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n' * 10_000 + b"--b--"
FIELDS = b"&".join(b"f%d=x" % number for number in range(10_000))


@pytest.mark.parametrize(
    ("body", "kind", "repeat"),
    [
        (b"x" * MEGABYTE, FORM, 100),
        (b"x" * MEGABYTE, "multipart/form-data; boundary=b", 100),
        (b"x" * MEGABYTE, "application/json", 100),
        (FIELDS, FORM, 1),
        (PARTS, "multipart/form-data; boundary=b", 1),
    ],
    ids=["form", "parts", "json", "ten-thousand-fields", "ten-thousand-parts"],
)
def test_too_much_is_refused_at_once_and_costs_no_memory(
    server: Server, body: bytes, kind: str, repeat: int
) -> None:
    sent(server, b"email=x", FORM)
    before = memory(server)
    results = [sent(server, body, kind, repeat) for _ in range(3)]
    grown = (memory(server) - before) / MEGABYTE
    quickest = min(seconds for _, seconds in results)
    print(f"{kind}: {[status for status, _ in results]}, {quickest:.2f} s, {grown:+.1f} MB")
    assert {status for status, _ in results} <= {413, 422}
    assert quickest < 1.0
    assert grown < 50
