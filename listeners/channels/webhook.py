"""Webhooks: each event, signed, to one address that the clinic sets."""

import hashlib
import hmac
import http.client
import io
import json
import socket
import ssl
import threading
import time
from contextlib import suppress
from typing import Any, ClassVar
from urllib.parse import SplitResult, urlsplit

from domain import clock
from domain.events import AppointmentFacts, Event, SlotFacts
from listeners.channels.answer import Answer
from listeners.channels.channel import NotNow, Refused, begin_by, require_time, unanswered
from listeners.channels.respite import Respite
from listeners.config import NotifierConfig
from listeners.documents import Delivery

# What another try would not change. All else may be mended on the other side, and waits for it.
_FOR_GOOD = {400, 410, 413, 415, 422}
_ACCEPTED = range(200, 300)
_PORTS = {"http": http.client.HTTP_PORT, "https": http.client.HTTPS_PORT}
_ONCE = ("appointment_id", "reference", "slot_id", "doctor_id", "patient_id", "sequence")
_TIMES = ("starts_at", "ends_at", "wall_start", "fold", "zone")


class _Heard(http.client.HTTPResponse):
    """An answer that takes no longer altogether than each other step may."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp.close()
        until = time.monotonic() + (sock.gettimeout() or 0.0)
        self.fp = io.BufferedReader(Answer(sock, until))


class WebhookChannel:
    """Posts JSON over a connection of its own for each message; see docs/channels.md."""

    to_people: ClassVar[bool] = False
    correctable: ClassVar[bool] = False

    def __init__(self, config: NotifierConfig) -> None:
        self._config = config
        self._address = urlsplit(config.webhook_url or "")
        self._secret = (config.webhook_secret or "").encode()
        self._tls = ssl.create_default_context()
        self._respite = Respite(config.respite, most=max(1, config.workers // 2))
        self._lock = threading.Lock()
        self._open: set[http.client.HTTPConnection] = set()
        self._interrupted = False

    def send(self, delivery: Delivery, event: Event) -> str:
        """Post one event; see Channel."""
        with self._respite.talk():
            status, reason = self._post(delivery, event)
        # Outside: whoever has answered, whatever it was, is not one that says nothing.
        return _verdict(status, reason)

    def rest(self) -> None:
        """Nothing is kept open."""

    def interrupt(self) -> None:
        """Break off every connection."""
        with self._lock:
            self._interrupted = True
            opened = list(self._open)
        for connection in opened:
            if isinstance(connection.sock, socket.socket):
                with suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)

    def _post(self, delivery: Delivery, event: Event) -> tuple[int, str]:
        body = json.dumps(body_of(delivery, event), separators=(",", ":")).encode()
        connection = self._connect()
        try:
            connection.connect()
            require_time(begin_by(delivery, self._config))
            connection.request("POST", _target(self._address), body, self._headers(delivery, body))
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            raise NotNow(unanswered(error)) from error
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()
        return answer.status, answer.reason

    def _connect(self) -> http.client.HTTPConnection:
        host, timeout = self._address.hostname or "", self._config.mail_timeout
        # Without a port, http.client would look for one in an IPv6 address.
        port = self._address.port or _PORTS[self._address.scheme]
        connection = (
            http.client.HTTPSConnection(host, port, timeout=timeout, context=self._tls)
            if self._address.scheme == "https"
            else http.client.HTTPConnection(host, port, timeout=timeout)
        )
        connection.response_class = _Heard
        with self._lock:
            if self._interrupted:
                raise NotNow("the process is ending")
            self._open.add(connection)
        return connection

    def _headers(self, delivery: Delivery, body: bytes) -> dict[str, str]:
        timestamp = str(int(clock.now().timestamp()))
        return {
            "Content-Type": "application/json",
            "User-Agent": "Bookwell",
            "X-Bookwell-Delivery": str(delivery.id),
            "X-Bookwell-Timestamp": timestamp,
            "X-Bookwell-Signature": f"sha256={signature(self._secret, timestamp, body)}",
            "X-Event-Id": str(delivery.event_id),
            "X-Event-Kind": delivery.event_kind,
        }


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """Return the HMAC-SHA256 over `<timestamp>.<body>` as hex digits."""
    return hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def body_of(delivery: Delivery, event: Event) -> dict[str, object]:
    """Return what is posted: ids, times and references, and nobody's name, address or reason."""
    about = {
        name: _facts(value)
        for name, value in vars(event).items()
        if isinstance(value, AppointmentFacts | SlotFacts)
    }
    return {
        "delivery_id": str(delivery.id),
        "event_id": str(event.id),
        "kind": event.kind,
        "occurred_at": event.occurred_at.isoformat(),
        "subject_id": str(event.subject_id),
        **about,
    }


def _facts(facts: AppointmentFacts | SlotFacts) -> dict[str, object]:
    told = {name: getattr(facts, name) for name in (*_ONCE, *_TIMES) if hasattr(facts, name)}
    return {
        name: value if isinstance(value, int | str) else _text(value)
        for name, value in told.items()
    }


def _text(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _target(address: SplitResult) -> str:
    return (address.path or "/") + (f"?{address.query}" if address.query else "")


def _verdict(status: int, reason: str) -> str:
    words = f"{status} {reason}".strip()
    if status in _ACCEPTED:
        return words
    raise (Refused if status in _FOR_GOOD else NotNow)(words)
