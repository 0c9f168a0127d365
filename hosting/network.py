"""Addresses: who can reach them, and whether a port is free."""

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches a host name or address."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def on_loopback(url: str) -> bool:
    """Tell whether only this machine reaches a URL."""
    return is_loopback(urlsplit(url).hostname or "")


def base_url(host: str, port: int) -> str:
    """Return the URL that a browser on this machine opens for a listening host and port."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104
    return f"http://{bracketed(name)}:{port}"


def bracketed(host: str) -> str:
    """Return a host as URLs write it."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def cannot_listen(host: str, port: int) -> str | None:
    """Return why nobody can listen there, or None if it is free."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except OSError as error:
        return error.strerror or str(error)
    return None


def reserved_port() -> socket.socket:
    """Return a socket that, until it is closed, keeps a loopback port for a server to listen on.

    Servers set SO_REUSEADDR, and so share an address with a socket that does not listen. The system
    gives that port to nobody who asks for any free one (socket(7), ip(7)).
    """
    keeper = socket.socket()
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    keeper.bind(("127.0.0.1", 0))
    return keeper


def answers(port: int) -> bool:
    """Tell whether somebody listens on a loopback port."""
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex(("127.0.0.1", port)) == 0
