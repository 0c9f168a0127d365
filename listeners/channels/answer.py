"""Hearing the other side to the end of its answer, by some moment at the latest."""

import io
import socket
import time
from typing import Any


class Answer(io.RawIOBase):
    """What the other side says, which must be heard to its end by some moment.

    A time-out alone begins anew with each byte, so that one answer could outlast a lease.
    """

    def __init__(self, heard_on: socket.socket, until: float = 0.0) -> None:
        self._socket = heard_on
        self.until = until

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what there is, or wait for it."""
        patience = self._socket.gettimeout()
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._socket.settimeout(left)
        number = self._socket.recv_into(buffer)
        self._socket.settimeout(patience)
        return number
