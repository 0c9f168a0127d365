"""A real SMTP server that does what a test tells it to, and keeps what it accepted."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from hosting.loop import LoopThread
from tests.support.database import free_port

Answer = Callable[["MailServer", "_Conversation"], Awaitable[str]]
OK = "250 OK queued"


@dataclass(frozen=True)
class Received:
    """One accepted message, with the envelope that it came in."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes

    @property
    def message_id(self) -> str:
        """The Message-ID header."""
        return str(self.message["Message-ID"])


class _Conversation(SMTP):
    """One connection, known to its server so that it can be cut."""

    def __init__(self, server: "MailServer", **options: Any) -> None:
        super().__init__(server, **options)
        self._mail_server = server
        self.is_cut = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._mail_server.open.add(self)
        self._mail_server.connections += not self._over_ssl

    def connection_lost(self, error: Exception | None) -> None:
        self._mail_server.open.discard(self)
        super().connection_lost(error)

    def cut(self) -> None:
        """Drop the connection without a word, and accept nothing more that came over it."""
        self.is_cut = True
        if self.transport is not None:
            self.transport.abort()


class MailServer:
    """An SMTP server on a port of its own; accepts everything until told otherwise."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.port = free_port()
        self.received: list[Received] = []
        self.connections = 0
        self.attempts = 0
        self.open: set[_Conversation] = set()
        self._tls = tls
        self._answer: Answer = _accept
        self._refused: dict[str, str] = {}
        self._sender_answers: list[str] = []
        self._released = asyncio.Event()
        self._loop = LoopThread("mail-server").start()
        self._listener: asyncio.Server | None = None

    def start(self) -> "MailServer":
        """Listen, on the same port as before."""
        self._loop.run(self._listen())
        return self

    def stop(self) -> None:
        """Stop listening and cut every connection, as a killed server does."""
        self._loop.run(self._unlisten())

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        self._loop.stop()

    def accept(self) -> None:
        """Accept everything from now on, and whatever still hangs."""
        self._answer = _accept
        self._refused.clear()
        self._loop.run(self._release())

    def answer(self, reply: str) -> None:
        """Answer every message with this line, such as "550 no" or "451 later"."""
        self._answer = _replying(reply)

    def refuse(self, address: str, reply: str = "550 5.1.1 no such user") -> None:
        """Refuse one recipient and accept the others."""
        self._refused[address] = reply

    def refuse_next_sender(self, reply: str = "421 4.7.0 too many messages") -> None:
        """Refuse the next MAIL command."""
        self._sender_answers.append(reply)

    def drop(self, *, times: int | None = None) -> None:
        """Cut the connection instead of answering a message; so many times, or until told."""
        self._answer = _cut if times is None else _at_first(times, _cut)

    def drop_after_accepting(self) -> None:
        """Keep the message, then cut the connection instead of saying so."""
        self._answer = _keep_and_cut

    def hang(self, *, times: int | None = None) -> None:
        """Answer no message, or not the first few, until told to accept."""
        self._released.clear()
        self._answer = _hang if times is None else _at_first(times, _hang)

    def slow(self, seconds: float) -> None:
        """Take that long over each message."""
        self._answer = _slow(seconds)

    def cut_connections(self) -> None:
        """Cut what is open now; go on listening."""
        self._loop.run(self._cut_all())

    def received_by(self, address: str) -> list[Received]:
        """Return what one recipient got, in order."""
        return [one for one in self.received if address in one.recipients]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._sender_answers:
            return self._sender_answers.pop()
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self._refused:
            self.attempts += 1
            return self._refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: _Conversation, session: Session, envelope: Envelope
    ) -> str:
        self.attempts += 1
        reply = await self._answer(self, server)
        if reply.startswith("2") and not server.is_cut:
            self._keep(envelope)
        if reply == _KEEP_AND_CUT:
            server.cut()
        return reply

    def _keep(self, envelope: Envelope) -> None:
        raw = envelope.original_content or b""
        message = message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        sender = envelope.mail_from or ""
        self.received.append(Received(sender, tuple(envelope.rcpt_tos), message, raw))

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._conversation, "127.0.0.1", self.port)

    def _conversation(self) -> _Conversation:
        return _Conversation(
            self, hostname="mail.test", loop=asyncio.get_running_loop(), tls_context=self._tls
        )

    async def _unlisten(self) -> None:
        if self._listener is not None:
            # asyncio loses, open, what it has accepted and not yet set up when a server closes.
            for socket in self._listener.sockets:
                asyncio.get_running_loop().remove_reader(socket.fileno())
            await _turns(3)
            self._listener.close()
            self._listener = None
        await self._cut_all()

    async def _cut_all(self) -> None:
        for conversation in list(self.open):
            conversation.cut()

    async def _release(self) -> None:
        self._released.set()

    async def wait_for_release(self) -> None:
        """Return when the test says `accept`."""
        await self._released.wait()


async def _turns(number: int) -> None:
    """Let the loop do what it has begun."""
    for _ in range(number):
        await asyncio.sleep(0)


_KEEP_AND_CUT = "250 never heard"


async def _accept(server: MailServer, conversation: _Conversation) -> str:
    return OK


async def _cut(server: MailServer, conversation: _Conversation) -> str:
    conversation.cut()
    return "451 never heard"


async def _keep_and_cut(server: MailServer, conversation: _Conversation) -> str:
    return _KEEP_AND_CUT


async def _hang(server: MailServer, conversation: _Conversation) -> str:
    await server.wait_for_release()
    return OK


def _at_first(times: int, trouble: Answer) -> Answer:
    troubles = [trouble] * times

    async def answer(server: MailServer, conversation: _Conversation) -> str:
        return await (troubles.pop() if troubles else _accept)(server, conversation)

    return answer


def _replying(reply: str) -> Answer:
    async def answer(server: MailServer, conversation: _Conversation) -> str:
        return reply

    return answer


def _slow(seconds: float) -> Answer:
    async def answer(server: MailServer, conversation: _Conversation) -> str:
        await asyncio.sleep(seconds)
        return OK

    return answer
