"""Many browsers at once: each signed in, each with a connection of its own."""

import asyncio
import hashlib
import re
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from domain import clock
from domain.documents import SessionEntry, User

_PATIENCE_SECONDS = 300.0
_OFFERED = re.compile(rb'<button[^>]*data-slot-id="|<a class="slot')


@dataclass(frozen=True)
class Member:
    """Somebody who is signed in: the cookie of the browser and the token of its forms."""

    cookie: str
    token: str


@dataclass
class Heard:
    """What the crowd was answered."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    refused_with_times: int = 0
    refused_otherwise: int = 0
    broken: Counter[str] = field(default_factory=Counter)

    def percentile(self, share: float) -> float:
        """Return within how many milliseconds so much of it was answered."""
        ordered = sorted(self.seconds) or [0.0]
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Passes:
    """Makes people's sessions without asking each for the password."""

    def __init__(self, secret_key: str, cookie_name: str = "bookwell") -> None:
        app = Flask("passes")
        app.secret_key = secret_key
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert signer is not None
        self._cookies, self._name = signer, cookie_name
        self._tokens = URLSafeTimedSerializer(secret_key, salt="wtf-csrf-token")

    def admit(self, person: User) -> Member:
        """Open a session of a person who is not stored yet, and return what a browser has of it."""
        secret, raw, now = secrets.token_urlsafe(32), secrets.token_hex(20), clock.now()
        person.sessions.append(
            SessionEntry(
                digest=hashlib.sha256(secret.encode()).hexdigest(),
                created_at=now,
                seen_at=now,
                expires_at=now + timedelta(days=1),
            )
        )
        session = {"uid": str(person.id), "sid": secret, "csrf_token": raw}
        return Member(
            cookie=f"{self._name}={self._cookies.dumps(session)}", token=self._tokens.dumps(raw)
        )


async def ask(url: str, path: str, who: Member | None, form: dict[str, str] | None = None) -> Any:
    """Send one request on a connection of its own; return status and body."""
    parts = urlsplit(url)
    body = (
        urlencode({"csrf_token": who.token, **form}).encode() if who and form is not None else b""
    )
    lines = [
        f"{'GET' if form is None else 'POST'} {path} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Connection: close",
        *([f"Cookie: {who.cookie}"] if who else []),
    ]
    if form is not None:
        lines += [
            "HX-Request: true",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        ]
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        answer = await reader.read()
    finally:
        writer.close()
    head, _, rest = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), rest


async def arrive(
    arrivals: Sequence[float], visit: Callable[[int], Awaitable[tuple[int, bytes]]]
) -> Heard:
    """Let visitors come at some seconds from now, whatever became of those before them."""
    heard, begun = Heard(), time.monotonic()

    async def one(number: int, at: float) -> None:
        await asyncio.sleep(max(0.0, begun + at - time.monotonic()))
        asked = time.monotonic()
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                status, body = await visit(number)
        except (OSError, TimeoutError, ValueError, IndexError) as error:
            heard.broken[type(error).__name__] += 1
            return
        heard.seconds.append(time.monotonic() - asked)
        heard.statuses[status] += 1
        if status == 409:
            has_times = _OFFERED.search(body) is not None
            heard.refused_with_times += has_times
            heard.refused_otherwise += not has_times and b"/doctors/" in body

    await asyncio.gather(*(one(number, at) for number, at in enumerate(arrivals)))
    return heard
