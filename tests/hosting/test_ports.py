"""Ports that wait for their server."""

import socket

import pytest

from hosting.network import answers, reserved_port

LOOPBACK = "127.0.0.1"


def server_on(port: int) -> socket.socket:
    """Listen as servers do."""
    return socket.create_server((LOOPBACK, port))


def test_a_reserved_port_is_there_for_its_server_each_time_it_starts() -> None:
    with reserved_port() as keeper:
        port = keeper.getsockname()[1]
        assert not answers(port)
        for _ in range(2):
            with server_on(port):
                assert answers(port)
            assert not answers(port)


def test_a_reserved_port_is_nobody_elses() -> None:
    with (
        reserved_port() as keeper,
        socket.socket() as other,
        pytest.raises(OSError, match="in use"),
    ):
        other.bind((LOOPBACK, keeper.getsockname()[1]))


def test_a_port_is_free_for_anybody_once_it_is_given_up() -> None:
    with reserved_port() as keeper:
        port = keeper.getsockname()[1]
    with socket.socket() as other:
        other.bind((LOOPBACK, port))
