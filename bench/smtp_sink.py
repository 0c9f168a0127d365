"""An aiosmtpd server in a process of its own that counts the messages it accepts, by Message-ID.

It prints "ready", and answers each line on its standard input with "<messages> <different ids>".
"""

import asyncio
import re
import sys
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

_MESSAGE_ID = re.compile(rb"^Message-ID: *(\S+)", re.IGNORECASE | re.MULTILINE)


class Sink:
    """Accepts everything."""

    def __init__(self) -> None:
        self.count = 0
        self.ids: set[bytes] = set()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        self.count += 1
        found = _MESSAGE_ID.search(envelope.original_content or b"")
        self.ids.add(found[1] if found else b"")
        return "250 OK queued"


async def _serve(port: int) -> None:
    loop, sink = asyncio.get_running_loop(), Sink()
    await loop.create_server(lambda: SMTP(sink, hostname="sink.test", loop=loop), "127.0.0.1", port)
    print("ready", flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(sink.count, len(sink.ids), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
