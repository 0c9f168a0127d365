"""Requests on their way in: no thread is lent to one before it is there, nor for ever to any.

A thread that reads from a slow or hostile client does nothing else meanwhile, and eight such
clients would be a whole process.
"""

import errno
import re
import socket
from time import monotonic
from typing import Any

SECONDS = 20.0
_MOST = 64 * 1024
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,9})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_ASKS_FIRST = re.compile(rb"^(expect|transfer-encoding):", re.IGNORECASE | re.MULTILINE)


class ClientSocket(socket.socket):
    """A connection whose client has `SECONDS` for all that a thread reads of one request.

    And as long again to take in each part of the answer.
    """

    _until = 0.0
    _seen = -1

    def has_request(self) -> bool:
        """Tell whether a thread can read a request at once; else wake nobody before more comes.

        Beyond 64 kB, or where the client waits to be told to go on, a thread has to wait.
        """
        try:
            seen = super().recv(_MOST, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            seen, is_enough = b"", False
        except OSError:
            return True
        else:
            # Woken by nothing new: the client has ended what it says.
            is_enough = len(seen) in (0, self._seen, _MOST) or _is_whole(seen)
        self._seen = len(seen)
        self.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1 if is_enough else len(seen) + 1)
        return is_enough

    def setblocking(self, flag: bool, /) -> None:  # noqa: FBT001 - the socket's signature
        """Begin to read a request, in a thread, or stop to wait for anything."""
        self._until, self._seen = monotonic() + SECONDS, -1
        self.settimeout(SECONDS if flag else 0)

    def recv(self, *limits: Any) -> bytes:
        """Return what has come; whoever is too slow counts as gone."""
        if allowed := self.gettimeout():
            self.settimeout(max(min(allowed, self._until - monotonic()), 0.001))
        try:
            return super().recv(*limits)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "The client is too slow.") from error

    def sendall(self, *data: Any) -> None:
        """Send, and count whoever does not take it in as gone."""
        self.settimeout(SECONDS)
        try:
            super().sendall(*data)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "The client is too slow.") from error


def _is_whole(seen: bytes) -> bool:
    head, end, body = seen.partition(b"\r\n\r\n")
    if not end:
        return False
    if _ASKS_FIRST.search(head):
        return True
    length = _LENGTH.search(head)
    return length is None or len(body) >= int(length[1])
