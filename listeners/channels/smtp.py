"""A flask-mailman backend that keeps its connection and verifies the server's certificate."""

import io
import re
import smtplib
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask_mailman import EmailMessage
from flask_mailman.backends.smtp import EmailBackend
from flask_mailman.message import sanitize_address

from listeners.channels.answer import Answer
from listeners.channels.channel import NotNow, require_time, unheard

_TRY_AGAIN_ELSEWHERE = 421
# What is wrong with the connection and not with the message; 503 and 530: who we are is forgotten.
ABOUT_THE_CONNECTION = {_TRY_AGAIN_ELSEWHERE, 503, 530}
_GO_ON = 354
_ANSWERS = range(200, 600)
_REFUSALS = range(400, 600)
_FAULTS = (smtplib.SMTPSenderRefused, smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)
_PLAIN = re.compile(r"[\w.+-]+@[\w.-]+", re.ASCII)


class _Conversation(smtplib.SMTP):
    """An SMTP connection that remembers how far the message got and what the server said.

    `body_sent`: the answer that was awaited last, for this message, is the one to the whole of it.
    """

    body_sent = False
    words = ""
    begin_by: datetime
    answer_timeout: float
    _body_asked_for = False
    _answer: Answer

    def getreply(self) -> tuple[int, bytes]:
        """Hear one answer, which takes no longer than its step may."""
        if self.file is None and self.sock is not None:
            self._answer = Answer(self.sock)
            self.file = io.BufferedReader(self._answer)
        # smtplib asks for the next answer only once the whole body has gone out.
        self.body_sent, self._body_asked_for = self._body_asked_for, False
        patience = self.answer_timeout if self.body_sent else self.timeout
        self._answer.until = time.monotonic() + patience
        code, answer = super().getreply()
        self._body_asked_for = code == _GO_ON
        return code, answer

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the message's body, if there is time for that, and keep the answer.

        Raises:
            Unheard: all of it was sent, and no answer came.
        """
        try:
            require_time(self.begin_by)
            code, answer = super().data(msg)
        except (NotNow, smtplib.SMTPDataError):
            # The body was not asked for; smtplib resets after every other refusal, but not here.
            with suppress(smtplib.SMTPException):
                self.rset()
            raise
        except (smtplib.SMTPException, OSError) as error:
            if self.body_sent:
                raise unheard(error, is_cut=not _ran_out(error)) from error
            raise
        self.words = f"{code} {answer.decode(errors='replace')}"
        if code not in _ANSWERS:
            raise unheard(smtplib.SMTPException(self.words), is_cut=False)
        return code, answer


class KeptSmtp(EmailBackend):  # type: ignore[misc]
    """One thread's connection to the mail server, open over many messages.

    flask-mailman's own backend accepts any certificate on STARTTLS, keeps using a connection
    whose STARTTLS was refused, and closes after each message unless it was opened before.
    """

    def __init__(self, *, own_name: str, answer_timeout: float, **options: Any) -> None:
        super().__init__(**options)
        self.connection: _Conversation | None = None
        self._own_name = own_name
        self._answer_timeout = answer_timeout
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
        connection.answer_timeout = self._answer_timeout
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
        except BaseException as error:
            if _listens_on(error):
                raise
            may_help = not is_fresh and self._went_stale(error)
            self.drop()
            if not may_help:
                raise
        return self.send_messages(email_messages)

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
        for message in email_messages:
            (recipient,) = message.to
            connection.begin_by = message.begin_by
            connection.body_sent = False
            connection.sendmail(
                _address(message.from_email),
                [recipient if _PLAIN.fullmatch(recipient) else _address(recipient)],
                message.message().as_bytes(linesep="\r\n"),
            )
        self.words = connection.words
        return len(email_messages)

    def _went_stale(self, error: BaseException) -> bool:
        """Tell whether a second try cannot double the message: the body was never sent."""
        if self.connection is None or self.connection.body_sent or self._interrupted:
            return False
        return isinstance(error, OSError) and _code(error) in (None, _TRY_AGAIN_ELSEWHERE)


def _ran_out(error: BaseException) -> bool:
    """Tell whether it was our patience that ended, which smtplib calls a lost connection."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _listens_on(error: BaseException) -> bool:
    """Tell whether the server takes the next message: it was reset, and found fault with one."""
    if isinstance(error, _FAULTS):
        return _code(error) in _REFUSALS and _code(error) not in ABOUT_THE_CONNECTION
    return isinstance(error, NotNow)


def _code(error: BaseException) -> int | None:
    """Return the code of the server's answer, if it was one."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(code for code, _ in error.recipients.values())
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None


@lru_cache(maxsize=8)
def _address(address: str) -> str:
    """Return an address as the conversation with a server may name it; taking it apart is dear."""
    return str(sanitize_address(address, "utf-8"))
