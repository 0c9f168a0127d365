"""E-mail: one message, one recipient, one conversation with the mail server."""

import smtplib
import threading
from typing import ClassVar
from urllib.parse import urlsplit

from flask import Flask
from flask_mailman import Mail

from domain.events import Event
from listeners.channels.calendar_part import attach_calendar
from listeners.channels.channel import NotNow, Refused, begin_by, unanswered
from listeners.channels.folder import MailFolder
from listeners.channels.letter import Letter
from listeners.channels.smtp import ABOUT_THE_CONNECTION, KeptSmtp
from listeners.config import NotifierConfig
from listeners.documents import Delivery
from listeners.rendering import Rendered, render

_PERMANENT = 500


class EmailChannel:
    """Sends through flask-mailman: to a mail server, or into a folder if none is set."""

    to_people: ClassVar[bool] = True
    correctable: ClassVar[bool] = True

    def __init__(self, config: NotifierConfig) -> None:
        self._config = config
        self._host = mail_host(config.public_url)
        self._app = _mail_app(config)
        self._own = threading.local()
        self._opened: set[KeptSmtp] = set()
        self._lock = threading.Lock()

    def send(self, delivery: Delivery, event: Event) -> str:
        """Hand one e-mail over; see Channel."""
        _require_reachable(delivery.recipient)
        rendered = render(delivery.message, event, self._config.public_url, delivery.recipient)
        with self._app.app_context():
            transport = self._transport()
            mail = self._compose(delivery, rendered)
            attach_calendar(mail, event, self._config)
            mail.connection = transport
            try:
                mail.send()
            except (smtplib.SMTPException, OSError) as error:
                raise verdict(error) from error
            return str(transport.words)

    def rest(self) -> None:
        """Close this thread's connection."""
        transport = getattr(self._own, "transport", None)
        if transport is not None:
            transport.close()
            with self._lock:
                self._opened.discard(transport)
            del self._own.transport

    def interrupt(self) -> None:
        """Break off every connection."""
        with self._lock:
            opened = list(self._opened)
        for transport in opened:
            transport.interrupt()

    def _transport(self) -> KeptSmtp | MailFolder:
        if not hasattr(self._own, "transport"):
            self._own.transport = self._open_transport()
        transport: KeptSmtp | MailFolder = self._own.transport
        return transport

    def _open_transport(self) -> KeptSmtp | MailFolder:
        mailman = self._app.extensions["mailman"]
        if self._config.mail_server is None:
            return MailFolder(mailman=mailman, folder=self._config.mail_folder)
        transport = KeptSmtp(
            mailman=mailman, own_name=self._host, answer_timeout=self._config.answer_timeout
        )
        with self._lock:
            self._opened.add(transport)
        return transport

    def _compose(self, delivery: Delivery, rendered: Rendered) -> Letter:
        mail = Letter(
            subject=rendered.subject,
            body=rendered.text,
            to=[delivery.recipient],
            headers={
                "Message-ID": f"<{delivery.id}@{self._host}>",
                "X-Event-Id": str(delivery.event_id),
                "X-Event-Kind": delivery.event_kind,
                "Auto-Submitted": "auto-generated",
            },
        )
        mail.begin_by = begin_by(delivery, self._config)
        mail.attach_alternative(rendered.html, "text/html")
        return mail


def mail_host(public_url: str) -> str:
    """Return the host of the public address as a mail header may name it."""
    host = urlsplit(public_url).hostname or "localhost"
    return f"[IPv6:{host}]" if ":" in host else host.encode("idna").decode("ascii")


def verdict(error: smtplib.SMTPException | OSError) -> Refused | NotNow:
    """Tell a refusal of this recipient or message, which stays, from trouble, which passes.

    A refused sender or password is trouble: the operator can mend it, and then all may go out. So
    is a server that has forgotten who we are, whatever it was asked for then.
    """
    words: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, words = error.smtp_code, error.smtp_error
    else:
        return NotNow(unanswered(error))
    is_about_this = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    answer = _by_code(code, words)
    if is_about_this and code not in ABOUT_THE_CONNECTION:
        return answer
    return NotNow(f"not let in: {answer}")


def _require_reachable(address: str) -> None:
    """Raise Refused for what flask-mailman would skip in silence or mend by guessing."""
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or any(sign.isspace() for sign in address):
        raise Refused("this is not an address")
    if not local.isascii():
        raise Refused("the address needs SMTPUTF8, which is not supported")


def _by_code(code: int, words: bytes | str) -> Refused | NotNow:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return (Refused if code >= _PERMANENT else NotNow)(f"{code} {text}")


def _mail_app(config: NotifierConfig) -> Flask:
    """Return a Flask app that holds nothing but flask-mailman's settings."""
    app = Flask("listeners")
    app.config.update(
        MAIL_SERVER=config.mail_server,
        MAIL_PORT=config.mail_port,
        MAIL_USERNAME=config.mail_username,
        MAIL_PASSWORD=config.mail_password,
        MAIL_USE_TLS=config.mail_use_tls,
        MAIL_DEFAULT_SENDER=config.mail_from,
        MAIL_TIMEOUT=config.mail_timeout,
        MAIL_BACKEND="smtp",
    )
    Mail(app)
    return app
