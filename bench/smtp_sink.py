"""A mail server in a process of its own that accepts everything and counts it by Message-ID.

As lean as Python allows: it shares two cores with what is measured. It prints "ready", and answers
each line on its standard input with "<messages> <different ids>".
"""

import asyncio
import re
import sys

_MESSAGE_ID = re.compile(rb"^Message-ID: *(\S+)", re.IGNORECASE | re.MULTILINE)
_END = b"\r\n.\r\n"
_ANSWERS = {
    b"EHLO": b"250-sink.test\r\n250 8BITMIME\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}


class Tally:
    """What was accepted by all conversations together."""

    def __init__(self) -> None:
        self.count = 0
        self.ids: set[bytes] = set()

    def add(self, message: bytes) -> None:
        self.count += 1
        found = _MESSAGE_ID.search(message)
        self.ids.add(found[1] if found else b"")


class Conversation(asyncio.Protocol):
    """One client."""

    transport: asyncio.Transport

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._heard = b""
        self._in_message = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 sink.test\r\n")

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while self._message() if self._in_message else self._command():
            pass

    def _message(self) -> bool:
        message, end, rest = self._heard.partition(_END)
        if not end:
            return False
        self._heard, self._in_message = rest, False
        self._tally.add(message)
        self.transport.write(b"250 OK queued as %x\r\n" % self._tally.count)
        return True

    def _command(self) -> bool:
        line, end, rest = self._heard.partition(b"\r\n")
        if not end:
            return False
        self._heard, verb = rest, line[:4].upper()
        self._in_message = verb == b"DATA"
        self.transport.write(_ANSWERS.get(verb, b"250 OK\r\n"))
        if verb == b"QUIT":
            self.transport.close()
        return True


async def _serve(port: int) -> None:
    tally = Tally()
    loop = asyncio.get_running_loop()
    await loop.create_server(lambda: Conversation(tally), "127.0.0.1", port)
    print("ready", flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(tally.count, len(tally.ids), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
