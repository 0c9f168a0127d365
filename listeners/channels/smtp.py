"""A flask-mailman backend that keeps its connection and verifies the server's certificate."""

import re
import smtplib
import socket
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from flask_mailman import EmailMessage
from flask_mailman.backends.smtp import EmailBackend
from flask_mailman.message import sanitize_address

_TRY_AGAIN_ELSEWHERE = 421
_PLAIN = re.compile(r"[\w.+-]+@[\w.-]+", re.ASCII)


class _Conversation(smtplib.SMTP):
    """An SMTP connection that remembers how far the message got and what the server said."""

    body_sent = False
    words = ""

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the message's body and keep the answer."""
        self.body_sent = True
        code, answer = super().data(msg)
        self.words = f"{code} {answer.decode(errors='replace')}"
        return code, answer


class KeptSmtp(EmailBackend):  # type: ignore[misc]
    """One thread's connection to the mail server, open over many messages.

    flask-mailman's own backend accepts any certificate on STARTTLS, keeps using a connection
    whose STARTTLS was refused, and closes after each message unless it was opened before.
    """

    def __init__(self, *, own_name: str, **options: Any) -> None:
        super().__init__(**options)
        self.connection: _Conversation | None = None
        self._own_name = own_name
        self._interrupted = False
        self.words = ""

    def open(self) -> bool:
        """Connect unless connected; tell whether that was necessary."""
        if self.connection is not None:
            return False
        if self._interrupted:
            raise ConnectionAbortedError("the process is ending")
        connection = _Conversation(
            self.host, self.port, local_hostname=self._own_name, timeout=self.timeout
        )
        try:
            self._greet(connection)
        except BaseException:
            connection.close()
            raise
        self.connection = connection
        return True

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send one message; a kept connection that went stale is replaced once."""
        is_fresh = self.open()
        try:
            return self._send_kept(email_messages)
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPSenderRefused, OSError) as error:
            if is_fresh or not self._went_stale(error):
                self.drop()
                raise
            self.drop()
        self.open()
        return self._send_kept(email_messages)

    def drop(self) -> None:
        """Close the connection without a word."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def close(self) -> None:
        """Take leave of the server and close the connection."""
        if self.connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                self.connection.quit()
        self.drop()

    def interrupt(self) -> None:
        """Break the connection off from another thread and open no more."""
        self._interrupted = True
        connection = self.connection
        if connection is not None and connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def _greet(self, connection: _Conversation) -> None:
        if self.use_tls:
            connection.starttls(context=self.ssl_context)
        if self.username and self.password:
            connection.login(self.username, self.password)

    def _send_kept(self, email_messages: Sequence[EmailMessage]) -> int:
        connection = self.connection
        if self._interrupted or connection is None:
            raise ConnectionAbortedError("the process is ending")
        connection.body_sent = False
        for message in email_messages:
            (recipient,) = message.to
            connection.sendmail(
                _address(message.from_email),
                [recipient if _PLAIN.fullmatch(recipient) else _address(recipient)],
                message.message().as_bytes(linesep="\r\n"),
            )
        self.words = connection.words
        return len(email_messages)

    def _went_stale(self, error: Exception) -> bool:
        """Tell whether a second try cannot double the message: the body was never sent."""
        if self.connection is None or self.connection.body_sent or self._interrupted:
            return False
        return not isinstance(error, smtplib.SMTPSenderRefused) or (
            error.smtp_code == _TRY_AGAIN_ELSEWHERE
        )


@lru_cache(maxsize=8)
def _address(address: str) -> str:
    """Return an address as the conversation with a server may name it; taking it apart is dear."""
    return str(sanitize_address(address, "utf-8"))
