"""Conversations with a mail server: refusals, connections that end, and servers that are slow."""

import asyncio
import socket
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from listeners.channels import NotNow, Refused, Unheard
from listeners.channels.email import EmailChannel
from listeners.config import NotifierConfig
from listeners.documents import Delivery, DeliveryState
from tests.conftest import Run
from tests.listeners.conftest import Configure, Notify
from tests.listeners.facts import created, store
from tests.listeners.test_email import delivery
from tests.support.smtp import MailServer, _Conversation

GOOD, OTHER = "mira@example.org", "gone@example.org"
A_MINUTE = 60
AT_ONCE = struct.pack("ii", 1, 0)
TOO_SLOW = "too slow: there was no time left to hand the message over"


class Unwilling(_Conversation):
    """A conversation whose DATA command can be refused, before any body was sent."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        server = self.event_handler
        if server.data_answers:
            await self.push(server.data_answers.pop())
        else:
            await super().smtp_DATA(arg)


class WatchedServer(MailServer):
    """A mail server that notes whom it was asked to write to, and can take its time."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.recipient_answers: list[str] = []
        self.data_answers: list[str] = []
        self.pauses: list[float] = []
        self.stutter = 0.0
        self.holds_first_recipient = False
        self._accepted = asyncio.Event()

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, name: str, answer: list[str]
    ) -> list[str]:
        await self._pause()
        session.host_name = name
        return answer

    async def handle_MAIL(self, *arguments: Any) -> str:  # noqa: N802 - aiosmtpd's name
        await self._pause()
        return await super().handle_MAIL(*arguments)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked.append(address)
        await self._pause()
        if self.holds_first_recipient and len(self.asked) == 1:
            await self._accepted.wait()
        if self.recipient_answers:
            return self.recipient_answers.pop()
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: _Conversation, session: Session, envelope: Envelope
    ) -> str:
        for _ in range(2 if self.stutter else 0):
            await server.push("250-still thinking")
            await asyncio.sleep(self.stutter)
        reply = await super().handle_DATA(server, session, envelope)
        self._accepted.set()
        return reply

    def reset_connections(self) -> None:
        """Cut what is open so that the other side cannot even write to it any more."""
        self._loop.run(self._reset_all())

    async def _reset_all(self) -> None:
        for conversation in list(self.open):
            connected = conversation.transport.get_extra_info("socket")
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            conversation.cut()
        while self.open:
            await asyncio.sleep(0)

    async def _pause(self) -> None:
        if self.pauses:
            await asyncio.sleep(self.pauses.pop())

    def _conversation(self) -> _Conversation:
        return Unwilling(self, hostname="mail.test", loop=asyncio.get_running_loop())


@pytest.fixture
def mail_server() -> Iterator[WatchedServer]:
    server = WatchedServer()
    server.start()
    yield server
    server.close()


@pytest.fixture
def channel(configured: Configure) -> Iterator[EmailChannel]:
    made = EmailChannel(configured())
    yield made
    made.rest()


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ("550 5.1.1 no such user", Refused),
        ("452 4.2.2 mailbox full", NotNow),
        ("450 4.2.0 greylisted", NotNow),
    ],
)
def test_a_refused_recipient_is_asked_for_once_and_ends_no_connection(
    channel: EmailChannel, mail_server: WatchedServer, reply: str, verdict: type[Exception]
) -> None:
    mail_server.refuse(OTHER, reply)

    channel.send(delivery(GOOD), created())
    with pytest.raises(verdict, match=reply[:3]):
        channel.send(delivery(OTHER), created())
    channel.send(delivery(GOOD), created())

    assert mail_server.asked == [GOOD, OTHER, GOOD]
    assert len(mail_server.received) == 2
    assert mail_server.connections == 1


def test_a_recipient_refused_first_of_all_ends_no_connection(
    channel: EmailChannel, mail_server: WatchedServer
) -> None:
    mail_server.refuse(OTHER)

    with pytest.raises(Refused):
        channel.send(delivery(OTHER), created())
    channel.send(delivery(GOOD), created())

    assert (mail_server.asked, mail_server.connections) == ([OTHER, GOOD], 1)


@pytest.mark.parametrize("reply", ["554 5.7.1 looks like spam", "451 4.7.1 later"])
def test_a_refused_message_is_sent_once_and_ends_no_connection(
    channel: EmailChannel, mail_server: WatchedServer, reply: str
) -> None:
    mail_server.answer(reply)
    with pytest.raises((Refused, NotNow), match=reply[:3]):
        channel.send(delivery(), created())
    mail_server.accept()
    channel.send(delivery(), created())

    assert (mail_server.attempts, mail_server.connections) == (2, 1)


def test_after_a_refusal_to_take_a_body_the_next_message_starts_afresh(
    channel: EmailChannel, mail_server: WatchedServer
) -> None:
    channel.send(delivery(), created())
    mail_server.data_answers = ["451 4.3.1 no room"]

    with pytest.raises(NotNow, match=r"^451 4\.3\.1 no room$"):
        channel.send(delivery(), created())
    channel.send(delivery(), created())

    assert (len(mail_server.received), mail_server.connections) == (2, 1)


@pytest.mark.parametrize(
    ("reply", "connections"),
    [
        ("451 4.7.1 too fast", 1),
        ("530 5.7.0 authentication required", 2),
    ],
    ids=["refused", "forgotten"],
)
def test_a_sender_is_refused_once_and_only_one_who_is_forgotten_comes_anew(
    channel: EmailChannel, mail_server: WatchedServer, reply: str, connections: int
) -> None:
    channel.send(delivery(), created())
    mail_server.refuse_next_sender(reply)

    with pytest.raises(NotNow, match=reply[:3]):
        channel.send(delivery(), created())
    channel.send(delivery(), created())

    assert (len(mail_server.received), mail_server.connections) == (2, connections)


@pytest.mark.parametrize("reply", ["530 5.7.0 authentication required", "503 5.5.1 MAIL first"])
@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_who_is_forgotten_in_the_middle_may_come_again_with_the_same_message(
    channel: EmailChannel, mail_server: WatchedServer, step: str, reply: str
) -> None:
    channel.send(delivery(), created())
    answers = {"RCPT": mail_server.recipient_answers, "DATA": mail_server.data_answers}
    answers[step].append(reply)

    with pytest.raises(NotNow, match=f"^not let in: {reply}$"):
        channel.send(delivery(), created())
    channel.send(delivery(), created())

    assert (len(mail_server.received), mail_server.connections) == (2, 2)


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_closes_a_kept_connection_is_connected_to_again(
    channel: EmailChannel, mail_server: WatchedServer, step: str
) -> None:
    channel.send(delivery(), created())
    answers = {
        "MAIL": mail_server._sender_answers,
        "RCPT": mail_server.recipient_answers,
        "DATA": mail_server.data_answers,
    }
    answers[step].append("421 4.7.0 closing")

    channel.send(delivery(), created())

    assert (len(mail_server.received), mail_server.connections) == (2, 2)


def test_a_kept_connection_that_was_reset_is_replaced(
    channel: EmailChannel, mail_server: WatchedServer
) -> None:
    channel.send(delivery(), created())
    mail_server.reset_connections()

    channel.send(delivery(), created())

    assert (len(mail_server.received), mail_server.connections) == (2, 2)


def test_a_server_that_closes_every_connection_is_not_asked_a_third_time(
    channel: EmailChannel, mail_server: WatchedServer
) -> None:
    channel.send(delivery(GOOD), created())
    mail_server.refuse(OTHER, "421 4.7.0 closing")

    with pytest.raises(NotNow, match="421"):
        channel.send(delivery(OTHER), created())

    assert (mail_server.asked, mail_server.connections) == ([GOOD, OTHER, OTHER], 2)


def only_delivery(run: Run) -> Delivery:
    (found,) = run(Delivery.find_all().to_list())
    assert isinstance(found, Delivery)
    return found


def test_a_mail_that_takes_too_long_is_put_off_before_its_body_and_sent_by_what_is_open(
    notifying: Notify, mail_server: WatchedServer, run: Run
) -> None:
    # Each of the first three steps is answered in time, all of them together are not.
    mail_server.pauses = [0.4, 0.4, 0.4]
    notifier = notifying(workers=1, begin_within=1.1, mail_timeout=20.0)
    run(store(created()))

    notifier.join()

    told = only_delivery(run)
    assert told.state is DeliveryState.SENT
    assert told.history[0].state is DeliveryState.FAILED
    assert told.history[0].words == TOO_SLOW
    assert (len(mail_server.received), mail_server.connections) == (1, 1)


def test_who_has_lost_the_lease_in_a_long_conversation_does_not_send_as_well(
    notifying: Notify, mail_server: WatchedServer, run: Run
) -> None:
    # Whoever comes first gets no answer until the other, who took over, was accepted.
    mail_server.holds_first_recipient = True
    both = [notifying(lease=2.5, begin_within=1.0, mail_timeout=10.0) for _ in range(2)]
    run(store(created()))

    for notifier in both:
        notifier.join()

    assert len(mail_server.asked) > 1
    assert len(mail_server.received) == 1
    assert only_delivery(run).state is DeliveryState.SENT


def test_an_answer_that_comes_bit_by_bit_is_not_awaited_for_ever(
    notifying: Notify, mail_server: WatchedServer, run: Run
) -> None:
    # Each bit comes in time, all of them together do not.
    mail_server.stutter = 0.8
    notifier = notifying(workers=1, answer_timeout=1.0, retry_for=0.0)
    run(store(created()))

    notifier.join()

    told = only_delivery(run)
    assert told.state is DeliveryState.PARKED
    assert told.last_words.endswith("no answer: Connection unexpectedly closed: timed out")


def test_an_answer_that_says_neither_yes_nor_no_is_none(
    channel: EmailChannel, mail_server: WatchedServer
) -> None:
    mail_server.answer("HAL9000 I am afraid I cannot say")

    with pytest.raises(Unheard, match="may have been accepted"):
        channel.send(delivery(), created())
    mail_server.accept()
    channel.send(delivery(), created())

    assert (mail_server.attempts, mail_server.connections) == (2, 2)


def test_as_shipped_a_body_its_answer_and_the_note_fit_into_what_is_left_of_the_lease() -> None:
    command = body = NotifierConfig.mail_timeout
    answer, note = NotifierConfig.answer_timeout, 2 * NotifierConfig.database_timeout

    assert NotifierConfig.begin_within + command + body + answer + note <= NotifierConfig.lease
    assert NotifierConfig.lease + NotifierConfig.sweep_every < 2 * A_MINUTE
    assert answer > A_MINUTE
