"""A mail server in a process of its own that counts the messages it accepts, by Message-ID.

It speaks as much SMTP as a sender of ours needs, and cheaply: a library's whole server would take a
good part of the cores that the sender is measured on. It prints "ready", and answers each line on
its standard input with "<messages> <different ids>".
"""

import asyncio
import re
import sys

_MESSAGE_ID = re.compile(rb"^Message-ID: *(\S+)", re.IGNORECASE | re.MULTILINE)
_END = b"\r\n.\r\n"
_ANSWERS = {
    b"EHLO": b"250-sink.test\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}


class Counts:
    """What was accepted."""

    def __init__(self) -> None:
        self.messages = 0
        self.ids: set[bytes] = set()

    def add(self, message: bytes) -> None:
        """Count one message."""
        self.messages += 1
        found = _MESSAGE_ID.search(message)
        self.ids.add(found[1] if found else b"")


class Sink(asyncio.Protocol):
    """One connection, on which everything is accepted."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._unread = b""
        self._is_message = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink.test\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer whatever has come whole: a command, or a message up to its lone dot."""
        self._unread += data
        while (end := _END if self._is_message else b"\r\n") in self._unread:
            whole, _, self._unread = self._unread.partition(end)
            self._answer(whole)

    def _answer(self, whole: bytes) -> None:
        assert self._transport is not None
        if self._is_message:
            self._counts.add(whole)
            self._is_message = False
            self._transport.write(b"250 OK queued\r\n")
            return
        command = whole[:4].upper()
        self._is_message = command == b"DATA"
        self._transport.write(_ANSWERS.get(command, b"250 OK\r\n"))
        if command == b"QUIT":
            self._transport.close()


async def _serve(port: int) -> None:
    loop, counts = asyncio.get_running_loop(), Counts()
    await loop.create_server(lambda: Sink(counts), "127.0.0.1", port)
    print("ready", flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(counts.messages, len(counts.ids), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
